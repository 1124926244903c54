import { expect, test } from 'vitest';
import { decideAgency } from '../../src/domain/decide/decide.ts';
import { newAgency } from '../../src/domain/agency.ts';
import { agencyPlaces } from '../../src/domain/place.ts';

const at = Date.UTC(2026, 0, 1);
const told = (isLow: boolean, freeMb: number) => {
  const event = {
    type: 'disk-changed',
    id: `disk.${at}`,
    at,
    path: '/data',
    isLow,
    freeMb,
  } as const;
  return decideAgency(newAgency, event).posts.map(({ place, body }) => [place, body]);
};

test('a disk that is nearly full is told while there is room to say so, and so is its end', () => {
  const low = {
    type: 'notice',
    tone: 'warning',
    title: 'The disk is nearly full',
    text:
      '40 MB are left where I keep everything (`/data`). Please make room. On a full disk I ' +
      'neither hear you nor get on. Nothing that I accepted is lost, and the work goes on by ' +
      'itself once there is room.',
  };
  const roomy = {
    type: 'notice',
    tone: 'good',
    title: 'The disk has room again',
    text: '900 MB are free. The work goes on; please write again what was refused meanwhile.',
  };
  const places = [agencyPlaces.log, agencyPlaces.director];
  expect(told(true, 40)).toEqual(places.map((place) => [place, low]));
  expect(told(false, 900)).toEqual(places.map((place) => [place, roomy]));
});
