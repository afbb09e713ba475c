import { expect } from 'chai';
import { addWorklet } from '../../../src/browser/assets/add-worklet.js';
import { withInlinedUrl } from '../../../src/browser/assets/inlined-url.js';

function context(problem: Error | null = null): {
  readonly added: string[];
  readonly audioWorklet: { addModule(url: string | URL): Promise<void> };
} {
  const added: string[] = [];
  const addModule = async (url: string | URL): Promise<void> => {
    added.push(String(url));
    if (problem) throw problem;
  };
  return { added, audioWorklet: { addModule } };
}

describe('Adding the worklet', () => {
  it('takes the file beside the SDK', async () => {
    const asked = context();
    await addWorklet(asked);
    expect(asked.added).to.have.length(1);
    expect(asked.added[0]).to.match(/\/worklet\.js$/);
  });

  it('takes the file that was named, and no other', async () => {
    const asked = context(new Error('not there'));
    const error: unknown = await addWorklet(asked, { workletUrl: '/w.js' }).catch(
      (cause: unknown) => cause,
    );
    expect(asked.added).to.deep.equal(['/w.js']);
    expect(error).to.include({ code: 'ERR_CLIENT_ASSETS' });
    expect((error as Error).message)
      .to.include('"/w.js" (not there)')
      .and.include("script-src 'self'");
  });

  it('goes on to the inlined copy, and says what both came to', async () => {
    const error: unknown = await addWorklet(context(new Error('Failed to load'))).catch(
      (cause: unknown) => cause,
    );
    expect((error as Error).message)
      .to.include('"worklet.js" (Failed to load)')
      .and.include('"the inlined copy" (this build has none)');
  });
});

describe('Code that is loaded out of a string', () => {
  it('has a URL while it is loaded, and none afterwards', async () => {
    const { url, text } = await withInlinedUrl('let a;', async (given) => ({
      url: given,
      text: await (await fetch(given)).text(),
    }));
    expect(text).to.equal('let a;');
    const later: unknown = await fetch(url).catch((cause: unknown) => cause);
    expect(later).to.be.an('error');
  });

  it('has none after a failure either', async () => {
    let url = '';
    const failure: unknown = await withInlinedUrl('let a;', async (given) => {
      url = given;
      throw new Error('blocked');
    }).catch((cause: unknown) => cause);
    expect(failure).to.have.property('message', 'blocked');
    expect(await fetch(url).catch((cause: unknown) => cause)).to.be.an('error');
  });
});
