// A person's HTTP calls: JSON or multipart out, a checked shape or Discord's refusal back.
import { z } from 'zod';
import { EmbeddedError } from '../../lib/errors.ts';
import { parseJson } from '../../lib/json.ts';

export interface PersonFile {
  name: string;
  data: Uint8Array | string;
}

/** @param line method and path, such as `GET /channels/1`. */
export type Caller = <S extends z.ZodType>(
  schema: S,
  line: string,
  sent?: { body: object; files?: PersonFile[] },
) => Promise<z.infer<S>>;

/** @throws EmbeddedError with Discord's code and message when the server refuses. */
export function createCaller(base: string, token: string): Caller {
  return async (schema, line, sent) => {
    const [method = 'GET', path = ''] = line.split(' ');
    const { headers, body } = encode(sent);
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: token, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw refused(`${method} ${path}`, response.status, text);
    const parsed = parseJson(schema, text === '' ? 'null' : text);
    if (!parsed.ok) throw cannot(`${method} ${path} answered ${parsed.reason}`);
    return parsed.value;
  };
}

function encode(sent: { body: object; files?: PersonFile[] } | undefined): {
  headers: Record<string, string>;
  body?: string | FormData;
} {
  if (!sent) return { headers: {} };
  const payload = JSON.stringify(sent.body);
  const { files = [] } = sent;
  if (files.length === 0) return { headers: { 'content-type': 'application/json' }, body: payload };
  const form = new FormData();
  form.append('payload_json', payload);
  files.forEach(({ name, data }, index) => {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    form.append(`files[${index}]`, new Blob([new Uint8Array(bytes)]), name);
  });
  return { headers: {}, body: form };
}

const Refused = z.looseObject({ code: z.number().nullish(), message: z.string().nullish() });

function refused(line: string, status: number, text: string): EmbeddedError {
  const parsed = parseJson(Refused, text);
  const { code, message } = parsed.ok ? parsed.value : { code: 0, message: text.slice(0, 200) };
  return new EmbeddedError(`${line}: ${status} ${code ?? 0} ${message ?? ''}`, {
    code: `discord-${code ?? 0}`,
    retry: 'never',
    ids: { status },
  });
}

export function cannot(message: string): EmbeddedError {
  return new EmbeddedError(message, { code: 'local-person', retry: 'never' });
}
