// A post becomes Discord messages. Pure: the same post always gives the same payloads, which is
// what makes sending it twice harmless.
import type { Post, PostBody } from '../../domain/post.ts';
import { layOut } from './layout.ts';
import { renderApproaches, renderDecision } from './render-decision.ts';
import { renderHandOver } from './render-hand-over.ts';
import { renderReport, renderRewrite } from './render-learning.ts';
import { renderPlan } from './render-plan.ts';
import { renderStatus } from './render-status.ts';
import {
  renderCommand,
  renderNotice,
  renderQuestion,
  renderQuestions,
  renderSpeech,
} from './render-talk.ts';
import {
  renderAssignment,
  renderDeliverable,
  renderHandoff,
  renderOutput,
  renderSpecialistCard,
  renderVerdict,
} from './render-work.ts';
import type { Rendered } from './rendered.ts';
import type { Sheet } from './sheet.ts';

/** @returns the messages in order, never none */
export function renderPost(post: Pick<Post, 'speaker' | 'notify' | 'body'>): Rendered[] {
  return layOut({ speaker: post.speaker, notify: post.notify, sheet: sheetOf(post.body) });
}

function sheetOf(body: PostBody): Sheet {
  switch (body.type) {
    case 'speech':
      return renderSpeech(body);
    case 'command':
      return renderCommand(body);
    case 'questions':
      return renderQuestions(body);
    case 'approaches':
      return renderApproaches(body);
    case 'plan':
      return renderPlan(body);
    case 'specialist-card':
      return renderSpecialistCard(body);
    case 'assignment':
      return renderAssignment(body);
    case 'output':
      return renderOutput(body);
    case 'verdict':
      return renderVerdict(body);
    case 'handoff':
      return renderHandoff(body);
    case 'decision':
      return renderDecision(body);
    case 'learning-report':
      return renderReport(body);
    case 'rewrite':
      return renderRewrite(body);
    case 'deliverable':
      return renderDeliverable(body);
    case 'hand-over':
      return renderHandOver(body);
    case 'notice':
      return renderNotice(body);
    case 'question':
      return renderQuestion(body);
    case 'status':
      return renderStatus(body);
  }
}
