// Runs before anything else, in any Node: an old one cannot even read the TypeScript behind it.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(
    `A-TEAMs needs Node 24.12 or newer; this is ${process.versions.node}.\n` +
      'Run it with npm (npm start), which uses the Node that npm ci installed.\n',
  );
  process.exit(78);
}
