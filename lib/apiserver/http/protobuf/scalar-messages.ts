/** The messages that stand for one value of JSON: times, amounts, numbers that may be texts, and JSON itself. */
import { JsonSyntaxError, parseJson } from '../../../apis/meta/v1/json.js';
import { formatTime } from '../../../apis/meta/v1/time.js';
import { int32, int64, message, rawBytes, single, text, wrapped, type Value } from './message.js';
import { ProtobufError } from './wire-reader.js';

const timestamp = message('Timestamp', [
  [1, single('seconds', int64)],
  [2, single('nanos', int32)],
]);

/** Empty is a time that nobody set. Fractions of a second are not kept. */
export const time = wrapped(timestamp, (fields) => (isEmpty(fields) ? null : timeText(fields, 0)));

export const microTime = wrapped(timestamp, (fields) => {
  if (isEmpty(fields)) return null;
  const micros = Math.trunc(Number(fields['nanos'] ?? 0) / 1000);
  const fraction = ((micros % 1_000_000) + 1_000_000) % 1_000_000;
  const carried = (micros - fraction) / 1_000_000;
  return `${timeText(fields, carried).slice(0, -1)}.${String(fraction).padStart(6, '0')}Z`;
});

/** The years 0 to 9999, beyond which RFC 3339 has no times. */
const secondsMin = -62_167_219_200;
const secondsMax = 253_402_300_799;

function timeText({ seconds = 0 }: Value, carried: number): string {
  const at = Number(seconds) + carried;
  if (at < secondsMin || at > secondsMax) throw new ProtobufError('year outside of range [0,9999]');
  return formatTime(at * 1000);
}

export const quantity = wrapped(message('Quantity', [[1, single('string', text)]]), ({ string = '0' }) => string);

/** `type`: 0 for a number, 1 for a text. */
const intOrStringMessage = message('IntOrString', [
  [1, single('type', int64)],
  [2, single('intVal', int32)],
  [3, single('strVal', text)],
]);

export const intOrString = wrapped(intOrStringMessage, ({ type = 0, intVal = 0, strVal = '' }) =>
  type === 1 ? strVal : intVal,
);

/** JSON in bytes, as `FieldsV1` and raw extensions hold it. */
export const json = wrapped(message('Raw', [[1, single('raw', rawBytes)]]), ({ raw }) => {
  if (raw === undefined) return null;
  try {
    return parseJson(Buffer.from(raw as Uint8Array).toString('utf8')).value;
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new ProtobufError(error.message);
    throw error;
  }
});

function isEmpty(fields: Value): boolean {
  for (const _ in fields) return false;
  return true;
}
