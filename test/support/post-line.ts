// A post as one line, for tests that read along. How it looks in Discord is tested with the
// renderer.
import { prefixOf } from '../../src/domain/agent.ts';
import type { Post, PostBody } from '../../src/domain/post.ts';

/** `[Paul · Project Manager] notice: The agency is ready` */
export function postLine({ speaker, body }: Post): string {
  return `${prefixOf(speaker)} ${body.type}: ${gist(body)}`;
}

function gist(body: PostBody): string {
  switch (body.type) {
    case 'speech':
      return body.text;
    case 'command':
      return [[...new Set(body.line.split('\n'))].join(' '), body.text ?? ''].join(' ').trim();
    case 'questions':
      return body.questions.join(' ');
    case 'approaches':
      return body.approaches.map(({ approach }) => approach.title).join(', ');
    case 'plan':
      return `${body.plan.title}, ${body.plan.tasks.length} tasks`;
    case 'specialist-card':
      if (body.isOtherSeat) return 'another seat';
      return body.reused ? 'here again' : 'new here';
    case 'assignment':
      return `${body.task} for ${body.assignee}`;
    case 'output':
      return `${body.task} with ${body.files.map((file) => file.name).join(', ')}`;
    case 'verdict':
      return `${body.task} ${body.accepted ? 'accepted' : `sent back: ${body.reasons.join(' ')}`}`;
    case 'handoff':
      return `${body.from} to ${body.to.map(({ task }) => task).join(', ')}`;
    case 'decision':
      return `${body.decision.id} ${body.decision.title}`;
    case 'deliverable':
      return `${body.title} by ${body.author}, approved by ${body.approver}`;
    case 'hand-over':
      return `${body.title}: ${body.files.map((file) => file.name).join(', ')}`;
    case 'question':
      return body.text;
    case 'notice':
      return body.title;
    case 'learning-report':
      return `${body.projectId} ${body.failure ?? ['proposes', ...body.proposed].join(' ')}`;
    case 'rewrite':
      return `${body.id} for ${body.who}: ${body.diff.join(' ')}${body.outcome ?? ''}`;
    case 'status':
      return body.view.phase;
  }
}
