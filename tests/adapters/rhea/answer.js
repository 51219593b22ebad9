'use strict';
// node answer.js PORT HANDLE: a machine that is asked. It opens a link for requests, and answers each.
const container = require('rhea').create_container({ id: process.argv[3] });
const { wrapped } = require('./envelope');

const [port, handle] = process.argv.slice(2);
let sender;

container.on('sender_open', () => console.log('ready'));
container.on('message', (context) => {
  const request = JSON.parse(context.message.body.content.toString('utf8'));
  const answer = {
    MessageName: request.MessageName.replace('Request', 'Response'),
    Version: '2.1',
    TimeStamp: new Date().toISOString(),
    UniqueID: `answer-to-${request.UniqueID}`,
    Source: handle,
    Target: request.Source,
    RequestID: context.message.correlation_id,
    MessageBody: { Result: { Result: 'Success', ResultCode: 0, Message: 'OK' }, CFXHandle: handle },
  };
  sender.send(wrapped(JSON.stringify(answer), handle));
});
const connection = container.connect({ host: '127.0.0.1', port: Number(port), reconnect: false });
connection.open_receiver({ source: { address: 'requests' } });
sender = connection.open_sender('cfx');
