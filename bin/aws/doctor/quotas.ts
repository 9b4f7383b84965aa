import { fargateQuotas, isFull } from '../quotas.js';
import type { Finding } from './finding.js';

export async function examineQuotas(
  clients: Parameters<typeof fargateQuotas>[0],
  now: Date,
): Promise<Omit<Finding, 'subject'>> {
  const quotas = await fargateQuotas(clients, now);
  const full = quotas.filter(isFull);
  const text = (full.length > 0 ? full : quotas)
    .map(({ name, value, used }) => `${name} ${used === undefined ? value : `${used} of ${value}`}`)
    .join(', ');
  if (full.length === 0) return { verdict: 'ok', text: text || 'AWS tells of none' };
  const codes = full.map(({ code }) => code).join(' and ');
  const wayOut = `ask for more of ${codes}: aws service-quotas request-service-quota-increase --service-code fargate`;
  return { verdict: 'bad', text: `used up: ${text}`, wayOut };
}
