import { copyFileSync } from 'node:fs';
import path from 'node:path';
import webpack from 'webpack';
import { serveFiles, type PageServer } from './file-server.js';

/** Builds the app with webpack and serves what came of it, with this policy on every answer. */
export async function serveWebpackBuild(folder: string, policy: string): Promise<PageServer> {
  const output = path.join(folder, 'dist-webpack');
  await new Promise<void>((resolve, reject) => {
    webpack(
      {
        mode: 'production',
        context: folder,
        entry: './main.js',
        output: { path: output, filename: 'main.js' },
        performance: false,
        // Takes as long as all else together, and changes nothing of what is looked at.
        optimization: { minimize: false },
      },
      (failure, stats) => {
        if (failure) reject(failure);
        else if (stats?.hasErrors()) reject(new Error(stats.toString('errors-only')));
        else resolve();
      },
    );
  });
  copyFileSync(path.join(folder, 'index.html'), path.join(output, 'index.html'));
  return serveFiles(output, { 'content-security-policy': policy });
}
