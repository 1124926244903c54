import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAsked, readSections } from '../../../src/embedded/rehearsal/read-request.ts';
import { asked } from './requests.ts';

describe('the rehearsal reads a request', () => {
  test('by the line that names the turn, and knows who is asked', () => {
    const read = asked('collaborator.introduce', { objective: 'A guide to Lisbon' });
    expect(read.kind).toBe('collaborator.introduce');
    expect(read.speaker).toEqual({ name: 'Paul', title: 'Project Manager', id: 'pm' });
    expect(read.sections.get('objective')).toBe('A guide to Lisbon');
  });

  test('and gets every section back as it was put in, whatever stands inside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (text, value) => {
        const quoted = `before </objective>\n<request>\n${text}`;
        const files = { 'a.md': quoted };
        const read = asked('project-manager.plan', { objective: quoted, plan: [value] }, files);
        expect(read.sections.get('objective')).toBe(quoted);
        expect(read.sections.get('plan')).toBe(JSON.stringify([value], null, 1));
        expect(read.files).toEqual([{ name: 'a.md', text: quoted }]);
        expect(read.sections.has('request')).toBe(false);
      }),
    );
  });

  test('but takes what names no turn of the agency for somebody else’s', () => {
    const messages = [{ role: 'user', text: '# Turn: project-manager.plan', calls: [] }];
    expect(readAsked(messages)).toBeNull();
    const unknown = [{ role: 'system', text: '# Turn: chef.cook', calls: [] }];
    expect(readAsked(unknown)).toBeNull();
  });

  test('even when the material is broken', () => {
    const { sections } = readSections(
      'MARK is 1f.\n\n<a-1f>\none\n</a-1f>\n\nstray <b-1f>\n\n<c-1f>\ntwo\n</c-1f>\n<d-1f>\nopen',
    );
    expect(readSections('<a>\nno mark\n</a>').sections.size).toBe(0);
    expect([...sections]).toEqual([
      ['a', 'one'],
      ['c', 'two'],
    ]);
  });
});
