'use strict';
// node request.js PORT ADDRESS USER PASSWORD: send each line of standard input as a request, await the answers
// over a link of our own, and print each as one line of JSON: its properties and its body.
const fs = require('fs');
const container = require('rhea').create_container({ id: 'rhea' });
const { wrapped } = require('./envelope');

const [port, address, username, password] = process.argv.slice(2);
const lines = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean);
let answers = 0;
let sender;

container.on('receiver_open', (context) => {
  const replyTo = context.receiver.source.address;
  sender = context.connection.open_sender(address);
  sender.once('sendable', () => {
    for (const line of lines) sender.send({ ...wrapped(line, 'rhea'), reply_to: replyTo });
  });
});
container.on('message', (context) => {
  const { body, ...properties } = context.message;
  const content = body.typecode === 0x75 ? body.content : body;
  console.log(JSON.stringify({ properties, section: body.typecode, body: JSON.parse(content.toString('utf8')) }));
  answers += 1;
  if (answers === lines.length) context.connection.close();
});
container.on('disconnected', () => process.exit(answers === lines.length ? 0 : 1));
const login = username ? { username, password } : {};
const connection = container.connect({ host: '127.0.0.1', port: Number(port), reconnect: false, ...login });
connection.open_receiver({ source: { dynamic: true } });
