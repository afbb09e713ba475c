import { defineConfig } from 'vite';

const server = process.env.SIDETONE_URL ?? 'http://127.0.0.1:8470';

export default defineConfig({
  // Next to what tsc writes, which checks the types.
  build: { outDir: 'dist/page' },
  server: { proxy: { '/voice': { target: server, ws: true } } },
  preview: { proxy: { '/voice': { target: server, ws: true } } },
});
