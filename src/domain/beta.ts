// The Beta distribution: how sure one may be of a share after few observations. Pure numbers, no
// package: the incomplete beta integral by its continued fraction, quantiles by bisection.
// @see Numerical Recipes §6.4 for the method, LEARNING.md §1.2 for what it is used for

/** How likely a share is at most `x`, given Beta(a, b). */
export function betaBelow(x: number, { a, b }: { a: number; b: number }): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x),
  );
  // The fraction converges fast on one side of the mean; the other side mirrors it.
  if (x < (a + 1) / (a + b + 2)) return (front * fractionOf(x, a, b)) / a;
  return 1 - (front * fractionOf(1 - x, b, a)) / b;
}

/** The share that Beta(a, b) stays below with this probability. */
export function betaQuantile(probability: number, shape: { a: number; b: number }): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < bisections; step += 1) {
    const middle = (low + high) / 2;
    if (betaBelow(middle, shape) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Halves of 1 until the rest is below any share that a person could read. */
const bisections = 50;
const termsMax = 300;
const enough = 1e-12;
/** Stands for zero in a denominator. */
const tiny = 1e-300;

/** Lentz's way to evaluate the continued fraction. */
function fractionOf(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= termsMax; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < enough) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** Lanczos' approximation, good to ten digits for positive numbers. */
function logGamma(x: number): number {
  const sum = lanczos.reduce((all, term, at) => all + term / (x + at + 1), 1);
  const t = x + 5.5;
  return Math.log((Math.sqrt(2 * Math.PI) * sum) / x) + (x + 0.5) * Math.log(t) - t;
}

const lanczos = [
  76.180091729, -86.505320329, 24.014098241, -1.231739572, 0.001208651, -0.000005395,
];
