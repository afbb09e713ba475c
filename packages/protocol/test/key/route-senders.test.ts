import { expect } from 'chai';
import type { SourceView } from '../../src/control/view.js';
import { INDICES_KEPT_PER_SOURCE, RouteSenders } from '../../src/key/route-senders.js';

const source = (id: string, handle: number, session = 'session'): SourceView => ({
  id,
  handle,
  session,
  kind: 'microphone',
});

function routeSenders(): { readonly senders: RouteSenders; readonly forgotten: number[] } {
  const forgotten: number[] = [];
  return { senders: new RouteSenders((index) => void forgotten.push(index)), forgotten };
}

describe('RouteSenders', () => {
  it('keeps all that was told, in however many messages, and no sender twice', () => {
    const { senders } = routeSenders();
    const [ann, bob] = [source('ann', 1), source('bob', 2)];
    senders.add([[0, ann]]);
    senders.add([]);
    senders.add([
      [0, ann],
      [1, bob],
    ]);
    expect([senders.sourceOf(0), senders.sourceOf(1)]).to.deep.equal([ann, bob]);
    expect(senders.size).to.equal(2);
  });

  it('takes the highest index of a source for its present one, in whatever order they came', () => {
    const { senders } = routeSenders();
    const ann = source('ann', 1);
    for (const index of [7, 9, 8]) senders.add([[index, ann]]);
    expect(senders.indexOf('ann')).to.equal(9);
    expect(senders.sourceOf(7)).to.equal(ann);
    expect(senders.indexOf('bob')).to.equal(undefined);
  });

  it('keeps the newest few indices of a source that registers again and again', () => {
    const { senders, forgotten } = routeSenders();
    const ann = source('ann', 1);
    senders.add([[0, source('bob', 2)]]);
    for (let index = 1; index <= 1_000; index++) senders.add([[index, ann]]);
    expect(senders.size).to.equal(1 + INDICES_KEPT_PER_SOURCE);
    expect(senders.sourceOf(999)).to.equal(ann);
    expect(senders.sourceOf(1_000 - INDICES_KEPT_PER_SOURCE)).to.equal(undefined);
    expect(forgotten).to.have.length(1_000 - INDICES_KEPT_PER_SOURCE);
    senders.add([[3, ann]]);
    expect(senders.sourceOf(3)).to.equal(undefined);
  });

  it('forgets all sources of a session and none of another', () => {
    const { senders, forgotten } = routeSenders();
    senders.add([
      [0, source('microphone', 1)],
      [1, source('music', 2)],
      [2, source('bob', 3, 'other session')],
      [5, source('music', 2)],
    ]);
    senders.forgetSession('session');
    expect(forgotten).to.deep.equal([0, 1, 5]);
    expect(senders.size).to.equal(1);
    expect(senders.indexOf('music')).to.equal(undefined);
    expect(senders.indexOf('bob')).to.equal(2);
  });

  it('forgets the former source of a handle that was given anew, so handles bound them', () => {
    const { senders } = routeSenders();
    for (let n = 0; n < 1_000; n++) senders.add([[n, source(`source ${n}`, n % 10)]]);
    expect(senders.size).to.equal(10);
    expect(senders.indexOf('source 989')).to.equal(undefined);
    expect(senders.indexOf('source 999')).to.equal(999);
  });
});
