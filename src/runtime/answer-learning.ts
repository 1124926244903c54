// Answers to `/learn history` and `/learn diff`: every version of every system message with who,
// when and why, and what changed between any two. They read the agency's state and change nothing.
import type { Query } from '../domain/action.ts';
import type { Agency } from '../domain/agency.ts';
import type { Receipt } from '../domain/decision.ts';
import { bulletsAt, learnerCalled, messageOf, nameOfLearner } from '../domain/learning.ts';
import { clip } from '../domain/prose.ts';
import { diffOf, diffOfRewrite } from '../domain/rewrite.ts';
import type { MessageVersion, Rewrite } from '../domain/rewrite.ts';
import { clockTime } from '../domain/status.ts';
import { recordWords, trackRecordOf } from '../domain/track-record.ts';

type QueryOf<T extends Query['type']> = Extract<Query, { type: T }>;

/** Discord's message, with some room. */
const answerCharsMax = 1_900;

export function answerHistory(agency: Agency, { who }: QueryOf<'learning-history'>): Receipt {
  const { learning } = agency;
  const agents = agency.roster.map(({ agent }) => agent);
  const named = who === null ? null : learnerCalled(agents, who);
  if (who !== null && named === null) return nobody(agency, who);
  const learners = named === null ? learnersWithHistory(agency) : [named];
  const lines = learners.flatMap((learner) => {
    const [record] = trackRecordOf(learning.works, learner);
    const versions = learning.versions[learner] ?? [];
    return [
      `**${nameOfLearner(learner, agents)}**, version ${messageOf(learning, learner).version}`,
      ...(record === undefined ? [] : [`• ${recordWords(record)}`]),
      ...versions.toReversed().map(versionLine),
      ...learning.rewrites
        .filter((one) => one.learner === learner)
        .toReversed()
        .map(rewriteLine),
    ];
  });
  if (lines.length === 0) {
    const text = 'Nothing is learned yet. After a hand-over, or on `/learn run`, I study the work.';
    return { ok: true, text };
  }
  return { ok: true, text: clip(lines.join('\n'), answerCharsMax) };
}

function learnersWithHistory({ learning, roster }: Agency): string[] {
  const known = [
    ...learning.rewrites.filter(({ state }) => state === 'open').map(({ learner }) => learner),
    ...Object.keys(learning.versions),
    ...learning.rewrites.map(({ learner }) => learner),
    ...roster
      .map(({ agent }) => agent.id)
      .filter((id) => learning.works.some(({ agentId }) => agentId === id)),
  ];
  return [...new Set(known)];
}

function versionLine({ version, at, by, why, rewrite, backTo }: MessageVersion): string {
  const cause = rewrite ?? `back to version ${backTo ?? version - 1}`;
  return `• version ${version} · ${whenOf(at)} · ${by} · ${cause}: ${clip(why, 160)}`;
}

function rewriteLine({ id, state, delta, hypothesis }: Rewrite): string {
  const how = state === 'open' ? ` · \`/learn apply rewrite:${id}\`` : '';
  return `• ${id} ${state}: ${delta.type}, ${clip(hypothesis, 160)}${how}`;
}

function whenOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)} ${clockTime(at)}`;
}

export function answerDiff(agency: Agency, query: QueryOf<'learning-diff'>): Receipt {
  const { learning } = agency;
  const agents = agency.roster.map(({ agent }) => agent);
  if (query.rewrite !== null) {
    const rewrite = learning.rewrites.find(({ id }) => id === query.rewrite);
    if (rewrite === undefined) {
      return { ok: false, reason: `There is no proposal ${query.rewrite}.` };
    }
    const name = nameOfLearner(rewrite.learner, agents);
    return shown(`${rewrite.id} for ${name}, ${rewrite.state}`, diffOfRewrite(rewrite));
  }
  if (query.who === null) {
    return { ok: false, reason: 'Say what to compare: `rewrite:L3`, or `who:@Ada from:1 to:2`.' };
  }
  const learner = learnerCalled(agents, query.who);
  if (learner === null) return nobody(agency, query.who);
  const now = messageOf(learning, learner).version;
  const to = query.to ?? now;
  const from = query.from ?? Math.max(1, to - 1);
  const [before, after] = [from, to].map((version) => bulletsAt(learning, learner, version));
  const name = nameOfLearner(learner, agents);
  if (before === undefined || after === undefined) {
    return { ok: false, reason: `${name} has the versions 1 to ${now}.` };
  }
  return shown(`${name}, version ${from} → ${to}`, diffOf(before, after));
}

function shown(title: string, diff: readonly string[]): Receipt {
  if (diff.length === 0) return { ok: true, text: `**${title}**\nNothing differs.` };
  const lines = clip(diff.join('\n').replaceAll('```', "'''"), answerCharsMax - title.length - 30);
  return { ok: true, text: `**${title}**\n\`\`\`diff\n${lines}\n\`\`\`` };
}

function nobody({ roster }: Agency, who: string): Receipt {
  const names = roster.map(({ agent }) => agent.name).join(', ');
  const reason = clip(`Nobody is called ${who}. There are pm, collaborator, ${names}.`, 1900);
  return { ok: false, reason };
}
