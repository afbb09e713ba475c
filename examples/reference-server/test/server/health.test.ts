import { HealthCheck, type HealthReport, type Plugin } from '@sidetone/core';
import { http } from '@sidetone/plugin-http';
import { startServer, type StartedServer } from '@sidetone/testkit';
import { expect } from 'chai';
import { health, type ServerPhase } from '../../src/server/health.js';

describe('the health routes', () => {
  let phase: ServerPhase;
  let report: () => Promise<HealthReport>;
  let asked: number;
  let started: StartedServer;

  const database: Plugin = {
    name: 'database',
    version: '0.1.0',
    provides: [HealthCheck],
    setup(context) {
      const check = (): Promise<HealthReport> => {
        asked += 1;
        return report();
      };
      context.provide(HealthCheck, () => ({ name: 'database', check }));
    },
  };

  beforeEach(async () => {
    phase = 'ready';
    asked = 0;
    report = async () => ({ ok: true, message: 'fine' });
    started = await startServer([http({ port: 0 }), database, health(() => phase)]);
  });

  afterEach(() => started.stop());

  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${started.url}${path}`);
    return { status: response.status, body: await response.json() };
  };

  it('say that the process lives, whatever else is wrong', async () => {
    phase = 'draining';
    report = async () => ({ ok: false, message: 'gone' });
    expect(await get('/healthz')).to.deep.equal({ status: 200, body: { alive: true } });
  });

  it('say that all is ready, and name each check', async () => {
    const checks = [
      { name: 'database', ok: true, message: 'fine' },
      { name: 'stores', ok: true, message: 'calls of all 9 stores pass' },
    ];
    expect(await get('/readyz')).to.deep.equal({
      status: 200,
      body: { ready: true, status: 'ready', checks },
    });
  });

  it('say 503 while it starts and while it stops', async () => {
    for (const each of ['starting', 'draining'] as const) {
      phase = each;
      const { status, body } = await get('/readyz');
      expect(status).to.equal(503);
      expect(body).to.include({ ready: false, status: each });
    }
  });

  it('say 503 where a check does not hold, and nothing of what it threw', async () => {
    report = () => Promise.reject(new Error('canary-password'));
    const { status, body } = await get('/readyz');
    expect(status).to.equal(503);
    expect(JSON.stringify(body)).to.include('"ok":false').and.not.include('canary');
  });

  it('wait 2 s for a check and no longer', async () => {
    report = () => new Promise(() => undefined);
    const { status, body } = await get('/readyz');
    expect(status).to.equal(503);
    expect(JSON.stringify(body)).to.include('no answer within 2000 ms');
  });

  it('ask once for all who ask at the same time', async () => {
    await Promise.all(Array.from({ length: 50 }, () => get('/readyz')));
    expect(asked).to.be.below(10);
  });
});
