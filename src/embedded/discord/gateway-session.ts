// One gateway session: its sequence, the frames a resume may ask for again, and the socket it has
// at the moment. Invariant: the buffer is bounded in frames and bytes; a session whose buffer no
// longer reaches back far enough cannot be resumed and its client identifies anew.
import type { WebSocket } from 'ws';
import type { Viewer } from './dispatch.ts';
import { serverLimits } from './limits.ts';

export interface Session {
  readonly id: string;
  readonly viewer: Viewer;
  readonly sequence: number;
  socket: WebSocket | undefined;
  dispatch(name: string, payload: object): void;
  /** Sends again all after `sequence`; `false` when that is not possible. */
  replay(sequence: number): boolean;
}

export function createSession(id: string, viewer: Viewer): Session {
  let sequence = 0;
  let bytes = 0;
  const frames: { sequence: number; text: string }[] = [];
  const session: Session = {
    id,
    viewer,
    get sequence() {
      return sequence;
    },
    socket: undefined,
    dispatch(name, payload) {
      sequence += 1;
      const text = JSON.stringify({ op: 0, t: name, s: sequence, d: payload });
      frames.push({ sequence, text });
      bytes += text.length;
      while (frames.length > serverLimits.replayFrames || bytes > serverLimits.replayBytes) {
        bytes -= frames.shift()?.text.length ?? 0;
      }
      write(session.socket, text);
    },
    replay(after) {
      const oldest = frames[0]?.sequence ?? sequence + 1;
      if (after > sequence || after + 1 < oldest) return false;
      for (const frame of frames) if (frame.sequence > after) write(session.socket, frame.text);
      return true;
    },
  };
  return session;
}

/** A client that has stopped reading must not fill the memory of this process. */
function write(socket: WebSocket | undefined, text: string): void {
  if (socket && socket.bufferedAmount > serverLimits.unreadBytes) socket.terminate();
  else socket?.send(text);
}
