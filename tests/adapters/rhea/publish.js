'use strict';
// node publish.js PORT ADDRESS FILE [USER PASSWORD]: send the lines of a file, in their order; say how many
// were accepted.
const fs = require('fs');
const container = require('rhea').create_container();
const { wrapped } = require('./envelope');

const [port, address, file, username, password] = process.argv.slice(2);
const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean);
let sent = 0;
let accepted = 0;

function fail(what) {
  console.error(String(what));
  process.exit(1);
}

container.on('sendable', (context) => {
  while (sent < lines.length && context.sender.sendable()) {
    context.sender.send(wrapped(lines[sent], 'rhea'));
    sent += 1;
  }
});
container.on('accepted', (context) => {
  accepted += 1;
  if (accepted === lines.length) {
    console.log(accepted);
    context.connection.close();
  }
});
for (const end of ['rejected', 'released', 'modified', 'disconnected', 'sender_error', 'connection_error']) {
  container.on(end, (context) => {
    if (accepted < lines.length) fail(`${end}: ${context.error || JSON.stringify(context.delivery && context.delivery.remote_state)}`);
  });
}
const connection = container.connect({ host: '127.0.0.1', port: Number(port), username, password, reconnect: false });
connection.open_sender({ target: { address, durable: 2 } });
