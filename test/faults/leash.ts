// Loaded into every process of a run before its program (`--import`): ends it when the run is gone,
// however the run came to its end. The other end of file descriptor 3 is the run's.
import { Socket } from 'node:net';

const leash = new Socket({ fd: 3, readable: true, writable: false });
leash.on('close', () => process.kill(process.pid, 'SIGKILL'));
leash.on('error', () => undefined);
leash.resume().unref();
