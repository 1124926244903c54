// Writes CSV files: amounts that add up to their total, cost tables against benefits, and plain
// lists of rows. Every row says what its estimate rests on, and that this is a rehearsal.
import type { Dice } from '../dice.ts';
import type { Form } from '../objective/form.ts';
import type { Cost } from '../objective/lore.ts';
import { capital, clip, plainLine } from '../objective/words.ts';
import { paletteOf } from './scene.ts';
import type { Scene } from './scene.ts';
import type { FileDemands } from './task-brief.ts';

export interface TableOrder {
  form: Form;
  demands: FileDemands;
}

/** The column that a table of the form adds up, and the label of its total. */
export function sumOf(form: Form, objective: string): { column: string; totalLabel: string } {
  if (form.shape === 'rows') return { column: 'Hours', totalLabel: 'Total' };
  const column = `Amount (${currencyOf(objective)})`;
  return { column, totalLabel: form.id === 'business-case' ? 'Net result' : 'Total' };
}

function currencyOf(text: string): string {
  if (/\b(?:USD|dollars?)\b|\$/i.test(text)) return 'USD';
  if (/\b(?:GBP|pounds)\b|£/i.test(text)) return 'GBP';
  if (/\b(?:CHF|Franken)\b/.test(text)) return 'CHF';
  return 'EUR';
}

interface Row {
  cells: string[];
  amount: number;
}

export function writeTable(scene: Scene, dice: Dice, { form, demands }: TableOrder): string {
  const sum = demands.sums[0] ?? sumOf(form, scene.objective.text);
  const isRows = form.shape === 'rows';
  const rows = isRows ? activityRows(scene, dice) : amountRows(scene, dice, form);
  const head = isRows
    ? ['Item', 'Who', 'Week', sum.column, 'Basis']
    : ['Item', 'Kind', 'Quantity', 'Unit price', sum.column, 'Basis'];
  const basis = basesFor(scene);
  const body = rows.map(({ cells, amount }, at) => {
    return [...cells, String(amount), basis(at, cells[1] ?? '')];
  });
  const total = rows.reduce((all, { amount }) => all + amount, 0);
  const blanks = head.slice(1, -2).map(() => '');
  const last = [sum.totalLabel, ...blanks, String(total), 'sum of the rows above'];
  // Further columns that must add up are filled with the same numbers, so that they do.
  const others = demands.sums.slice(1).map(({ column }) => column);
  const lines = [
    [...head, ...others],
    ...[...body, last].map((row) => [...row, ...repeat(row, others)]),
  ];
  return `${lines.map((row) => row.map(cellText).join(',')).join('\n')}\n`;
}

function repeat(row: readonly string[], others: readonly string[]): string[] {
  return others.map(() => row.at(-2) ?? '0');
}

function cellText(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function amountRows(scene: Scene, dice: Dice, form: Form): Row[] {
  const { objective } = scene;
  const isCase = form.id === 'business-case';
  const { costs } = objective.lore;
  const own = costs.slice(0, -4);
  const general = costs.slice(-4);
  const picked = [...own.slice(0, isCase ? 4 : 6), ...general.slice(own.length > 4 ? 2 : 0)];
  const lines = withinCeiling(
    picked.map((cost) => lineOf(cost, dice)),
    ceilingIn(objective.text),
  );
  const rows = lines.map(({ cost, quantity, price }) => ({
    cells: [cost.item, cost.kind, String(quantity), String(isCase ? -price : price)],
    amount: quantity * (isCase ? -price : price),
  }));
  return isCase ? [...rows, ...benefits(rows, dice)] : rows;
}

interface Line {
  cost: Cost;
  quantity: number;
  price: number;
}

function lineOf(cost: Cost, dice: Dice): Line {
  const quantity = dice.int(...cost.quantity);
  const price = dice.int(...cost.price);
  return { cost, quantity, price: price > 100 ? Math.round(price / 10) * 10 : price };
}

const amountOfMoney = new RegExp(
  String.raw`([$€£])\s?(\d[\d.,]{1,9})|(\d[\d.,]{1,9})\s?` +
    String.raw`(?:[$€£]|\b(?:euros?|eur|usd|dollars?|pounds|gbp|chf)\b)`,
  'iu',
);

/** The most that may be spent, where the objective says so: "under 2,000 euros". */
function ceilingIn(text: string): number | null {
  const amount = amountOfMoney.exec(text);
  const digits = (amount?.[2] ?? amount?.[3] ?? '')
    .replace(/[.,]\d{2}$/, '')
    .replaceAll(/[.,]/g, '');
  const value = Number(digits);
  return digits !== '' && value >= 20 ? value : null;
}

function withinCeiling(lines: readonly Line[], ceiling: number | null): Line[] {
  const total = lines.reduce((all, { quantity, price }) => all + quantity * price, 0);
  if (ceiling === null || total <= ceiling) return [...lines];
  const factor = (ceiling * 0.95) / total;
  return lines.map((line) => {
    const quantity = Math.max(1, Math.floor(line.quantity * Math.sqrt(factor)));
    const price = Math.floor((line.quantity * line.price * factor) / quantity);
    return { ...line, quantity, price };
  });
}

/** Enough to pay off, since that is what is to be shown; each is labelled an estimate. */
function benefits(costs: readonly Row[], dice: Dice): Row[] {
  const spent = -costs.reduce((all, { amount }) => all + amount, 0);
  const wanted = Math.round((spent * dice.int(112, 135)) / 100);
  const first = Math.round(wanted * 0.55);
  const second = Math.round(wanted * 0.3);
  const parts: [string, number][] = [
    ['Additional income in the first year', first],
    ['Time saved by routine', second],
    ['Support from partners', wanted - first - second],
  ];
  return parts.map(([item, amount]) => ({ cells: [item, 'Benefit', '1', String(amount)], amount }));
}

function activityRows(scene: Scene, dice: Dice): Row[] {
  const palette = paletteOf(scene.objective, dice);
  const who = ['Coordinator', 'Helpers', 'Treasurer', 'Everybody'];
  return Array.from({ length: 7 }, (_, at) => ({
    cells: [
      capital(palette.activity()),
      who[at % who.length] ?? 'Helpers',
      String(1 + Math.floor(at / 2)),
    ],
    amount: dice.int(2, 12),
  }));
}

/** What each estimate rests on; remarks of people go into the first rows, where they are seen. */
function basesFor(scene: Scene): (at: number, kind: string) => string {
  const remarks = scene.remarks
    .slice(-2)
    .map(({ by, text }) => `as ${plainLine(by)} asked: ${clip(plainLine(text), 90)}`);
  return (at, kind) => {
    const remark = remarks[at];
    const usual = usualBases[kind] ?? 'estimate to be checked with whoever does it';
    return remark === undefined ? `${usual} (rehearsal)` : `${usual}; ${remark}`;
  };
}

const usualBases: Readonly<Record<string, string>> = {
  Equipment: 'estimate from prices of good second-hand pieces',
  Material: 'estimate from usual prices in small numbers',
  Place: 'estimate from usual rents nearby',
  Insurance: 'estimate; one offer is still to be asked for',
  People: 'estimate: hours times a usual rate',
  Fees: 'estimate from published fees',
  Publicity: 'estimate for one print run',
  Event: 'estimate per guest',
  Service: 'estimate from published plans',
  Care: 'estimate from one visit before',
  Reserve: 'estimate: a few percent of the rest',
  Benefit: 'estimate that the trial has to confirm',
  Coordinator: 'estimate: half a day at a time',
  Helpers: 'estimate: two people for one evening',
  Treasurer: 'estimate: an hour every second week',
  Everybody: 'estimate: ten minutes for each person',
};
