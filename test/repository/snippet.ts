import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow } from './workspace.js';

const TAGS = ['ts', 'ts browser'];

export interface Snippet {
  /** Where it stands: `docs/tour.md`. */
  readonly page: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  /** What follows the fence: `ts` is checked as in Node, `ts browser` as in a page. */
  readonly tag: string;
  readonly code: string;
}

const JAVASCRIPT = /^(ts|tsx|typescript|js|jsx|javascript|mjs|mts|cjs|cts)\b/i;

/** The code blocks of README.md and of every page below docs. */
export function snippetsOf(root: string): Snippet[] {
  const pages = ['README.md', ...filesBelow(root, 'docs', /\.md$/)];
  return pages.flatMap((page) => snippetsIn(page, readOrEmpty(join(root, page))));
}

export function snippetsIn(page: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  let open: { indent: string; fence: string; tag: string; line: number; code: string[] } | null =
    null;
  for (const [index, line] of text.split('\n').entries()) {
    if (open === null) {
      const [, indent, fence, tag] = /^( *)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(line) ?? [];
      if (indent === undefined || fence === undefined || tag === undefined) continue;
      open = { indent, fence, tag, line: index + 2, code: [] };
    } else if (line.trim() === open.fence) {
      snippets.push({ page, line: open.line, tag: open.tag, code: open.code.join('\n') });
      open = null;
    } else {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  if (open !== null) throw new Error(`${page}:${open.line - 1}: the code block has no end`);
  return snippets;
}

/** Sentences about what is wrong with the snippets; none when each of them compiles. */
export function snippetProblems(root: string, snippets: readonly Snippet[]): string[] {
  const program = snippets.filter(({ tag }) => JAVASCRIPT.test(tag));
  const unchecked = program
    .filter(({ tag }) => !TAGS.includes(tag))
    .map(({ page, line, tag }) => `${page}:${line}: "${tag}": write it as ts, which is checked`);
  const compiled = TAGS.flatMap((tag) =>
    compileProblems(
      compilerOptions(root, tag),
      root,
      program.filter((snippet) => snippet.tag === tag),
    ),
  );
  return [...unchecked, ...compiled];
}

/** Compiles all snippets as modules of a project that depends on every workspace. */
function compileProblems(
  options: ts.CompilerOptions,
  root: string,
  snippets: readonly Snippet[],
): string[] {
  if (snippets.length === 0) return [];
  const files = new Map(
    snippets.map((snippet, index) => [join(root, 'docs', `snippet-${index}.ts`), snippet]),
  );
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  host.fileExists = (path) => files.has(path) || disk.fileExists(path);
  host.readFile = (path) => files.get(path)?.code ?? disk.readFile(path);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([path, snippet]) => {
    const file = program.getSourceFile(path);
    return ts.getPreEmitDiagnostics(program, file).map((problem) => describe(problem, snippet));
  });
}

/** What somebody has who starts a project today, and our packages from their sources. */
function compilerOptions(root: string, tag: string): ts.CompilerOptions {
  const inPage = tag === 'ts browser';
  return {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: inPage ? [] : ['node', 'mocha'],
    typeRoots: [join(root, 'node_modules', '@types')],
    customConditions: ['@sidetone/source', ...(inPage ? ['browser'] : [])],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
}

function describe(problem: ts.Diagnostic, { page, line }: Snippet): string {
  const start = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
  return `${page}:${line + start}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`;
}

function readOrEmpty(path: string): string {
  return ts.sys.readFile(path) ?? '';
}
