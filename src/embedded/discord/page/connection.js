// REST and gateway of the page, with the person's own token. The page speaks the protocol of any
// other client; after a lost connection it identifies anew and reads again what it shows.

export class Refused extends Error {
  constructor(status, body) {
    super(body?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body?.code ?? 0;
  }
}

export function createRest(token) {
  return async (method, path, { body, files = [] } = {}) => {
    const headers = { authorization: token };
    const init = { method, headers };
    if (files.length > 0) {
      init.body = new FormData();
      init.body.append('payload_json', JSON.stringify(body ?? {}));
      files.forEach((file, index) => init.body.append(`files[${index}]`, file, file.name));
    } else if (body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(body);
    }
    const response = await fetch(`/api/v10${path}`, init);
    const text = await response.text();
    const answer = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
  };
}

/**
 * @param {string} token
 * @param {object} handlers
 * @param {(name: string, data: object) => void} handlers.onEvent
 * @param {(state: 'connected' | 'lost' | 'refused') => void} handlers.onState `refused` is a wrong
 *   token; there are no further attempts.
 */
export function connectGateway(token, { onEvent, onState }) {
  let heartbeat;
  let sequence = null;
  let waitMs = 500;

  const open = () => {
    const address = `${location.origin.replace(/^http/, 'ws')}/gateway?v=10&encoding=json`;
    const socket = new WebSocket(address);
    socket.addEventListener('message', ({ data }) => receive(socket, JSON.parse(data)));
    socket.addEventListener('close', ({ code }) => {
      clearInterval(heartbeat);
      if (code === 4004) return onState('refused');
      onState('lost');
      setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, 10_000);
      return undefined;
    });
  };

  const receive = (socket, { op, d, s, t }) => {
    const send = (code, payload) => socket.send(JSON.stringify({ op: code, d: payload }));
    if (s !== null) sequence = s;
    if (op === 10) {
      heartbeat = setInterval(() => send(1, sequence), d.heartbeat_interval);
      send(2, { token, properties: { os: 'web', browser: 'local page', device: '' } });
    }
    if (op === 7 || op === 9) socket.close();
    if (op !== 0) return;
    if (t === 'READY') {
      waitMs = 500;
      onState('connected');
    }
    onEvent(t, d);
  };

  open();
}
