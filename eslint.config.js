import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const tsyringe = {
  name: 'tsyringe',
  message: 'The container is behind typed tokens: packages/core/src/container.ts alone imports it.',
};

const intoAnotherPackage = {
  regex: '^@sidetone/[^/]+/.|(^|/)packages/',
  message: "A package's only door is its index: import from its name.",
};

const defaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'A name that is exported is found again by searching for it: no default exports.',
};

export default defineConfig(
  globalIgnores(['**/dist/', 'coverage/', '.nx/']),
  js.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-restricted-imports': ['error', { paths: [tsyringe] }],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      // One program for all folders: a project service opens one per tsconfig and takes twice as long.
      parserOptions: { project: 'tsconfig.eslint.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-member-accessibility': ['error', { accessibility: 'no-public' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An implementation of an asynchronous contract often has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': ['error', defaultExport],
    },
  },
  {
    // Pages have the browser's edge of our packages, which is another one.
    files: ['examples/*/page/**/*.ts', 'examples/browser-embed/src/**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: [
          'examples/reference-server/page/tsconfig.json',
          'examples/browser-embed/tsconfig.json',
        ],
      },
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: [tsyringe], patterns: [intoAnotherPackage] }],
    },
  },
  { files: ['packages/core/src/container.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    // Chai asserts by reading properties, and what JSON.parse gives is looked at, not used.
    files: ['**/test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Contract suites are given the describe and it of the runner, which need no `this`.
    files: ['packages/testkit/src/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
      },
    },
  },
);
