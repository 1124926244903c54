// What a study counted is remembered as well, so that anybody may recall it later: one figure for
// each Specialist, which the next one replaces, and one sentence for each two who work together.
import { anyDomain, recordWords, trackRecordOf } from '../track-record.ts';
import type { Work } from '../track-record.ts';
import { nameOfLearner, patternsOf } from '../learning.ts';
import { learningManager, prefixOf } from '../agent.ts';
import type { AgencyDraft } from './agency-draft.ts';

export function rememberScores({ agency, event, out }: AgencyDraft, works: readonly Work[]): void {
  const agents = agency.roster.map(({ agent }) => agent);
  const projectId = works[0]?.projectId ?? null;
  const source = { projectId, turnId: null, messageId: null, agentId: learningManager.id };
  const common = {
    scope: 'agency',
    speaker: prefixOf(learningManager),
    // Code counted it.
    trust: 'T0' as const,
    source,
    at: event.at,
  };
  for (const agentId of new Set(works.map((work) => work.agentId))) {
    const record = trackRecordOf(agency.learning.works, agentId).find(
      ({ domain }) => domain === anyDomain,
    );
    if (record === undefined) continue;
    out.memories.push({
      ...common,
      id: `${event.id}.performance.${agentId}`,
      kind: 'performance',
      text: `${nameOfLearner(agentId, agents)}: ${recordWords(record)}.`,
      subject: `${agentId}.performance`,
    });
  }
  const patterns = patternsOf(
    agency.learning.pairings.filter((one) => one.projectId === projectId),
    agents,
  );
  for (const [at, text] of patterns.entries()) {
    const id = `${event.id}.pattern.${at + 1}`;
    out.memories.push({ ...common, id, kind: 'pattern', text, subject: null });
  }
}
