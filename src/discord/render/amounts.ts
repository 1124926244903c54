// Money, durations, sizes and counts as people read them on a phone.
import type { Forecast } from '../../domain/post.ts';

/** `$0.12`, `$1,234.50`; below a cent two significant digits, so that little is not `$0.00`. */
export function money(microUsd: number): string {
  if (microUsd === 0) return '$0';
  const usd = microUsd / 1_000_000;
  const isSmall = Math.abs(usd) < 0.01;
  return usd.toLocaleString('en-US', {
    style: 'currency',
    currency: 'USD',
    ...(isSmall ? { minimumSignificantDigits: 1, maximumSignificantDigits: 2 } : {}),
  });
}

/** `8 s`, `12 min`, `1 h 20 min`, `2 d 3 h`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joined(`${hours} h`, minutes % 60, 'min');
  return joined(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

function joined(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${rest} ${unit}`;
}

export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** `3 tasks`, `1 task`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1_000_000) return `${Number((n / 1000).toPrecision(3))} kB`;
  return `${Number((n / 1_000_000).toPrecision(3))} MB`;
}

/** `$0.20–$0.90 · at most $5.00`, or the honest absence of an estimate. */
export function costRange(forecast: Forecast): string {
  const { microUsdLow, microUsdHigh, microUsdCeiling } = forecast;
  const ceiling = `at most ${money(microUsdCeiling)}`;
  if (microUsdLow === null || microUsdHigh === null) return `no estimate yet · ${ceiling}`;
  return `${range(money(microUsdLow), money(microUsdHigh))} · ${ceiling}`;
}

export function finishRange({ msLow, msHigh }: Forecast): string {
  if (msLow === null || msHigh === null) return 'no estimate yet';
  return range(duration(msLow), duration(msHigh));
}

function range(low: string, high: string): string {
  return low === high ? low : `${low}–${high}`;
}

/** `▰▰▰▱▱▱▱▱▱▱` */
export function progressBar(done: number, all: number): string {
  const cells = 10;
  const full = all === 0 ? 0 : Math.floor((done / all) * cells);
  return '▰'.repeat(full) + '▱'.repeat(cells - full);
}
