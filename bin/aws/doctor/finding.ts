import { colours } from '../../colours.js';
import { reasonOf } from '../looked.js';

/** What was looked at and what was found. */
export interface Finding {
  readonly subject: string;
  /** `unknown`: it could not be looked at. */
  readonly verdict: 'ok' | 'bad' | 'unknown';
  readonly text: string;
  /** What to do about it. */
  readonly wayOut?: string;
}

/** Error names by which AWS' services say that one may not look. */
const denied = /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/;

/** Runs a check; what it throws is that it could not look. */
export async function check(subject: string, look: () => Promise<Omit<Finding, 'subject'>>): Promise<Finding> {
  try {
    return { subject, ...(await look()) };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    const wayOut = denied.test(name) ? { wayOut: 'the permissions it needs are in docs/aws.md' } : {};
    return { subject, verdict: 'unknown', text: reasonOf(error), ...wayOut };
  }
}

const marks = { ok: colours.green('ok  '), bad: colours.red('bad '), unknown: colours.yellow('?   ') } as const;

/** A line for each. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.map(
    ({ subject, verdict, text, wayOut }) => `${marks[verdict]} ${subject}: ${text}${wayOut ? `; ${wayOut}` : ''}\n`,
  );
  return lines.join('');
}

export function findingsJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ findings, isWell: isWell(findings) }, undefined, 2)}\n`;
}

export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== 'bad');
}
