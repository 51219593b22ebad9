'use strict';
// node answer.js PORT HANDLE [HEARS SAYS USER PASSWORD]: a machine that is asked. It opens a link for requests,
// and answers each: at Padstone's own port, or where a broker keeps requests for it and takes its answers.
const container = require('rhea').create_container({ id: process.argv[3] });
const { wrapped } = require('./envelope');

const [port, handle, hears = 'requests', says = 'cfx', username, password] = process.argv.slice(2);
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
const login = username ? { username, password } : {};
const connection = container.connect({ host: '127.0.0.1', port: Number(port), reconnect: false, ...login });
connection.open_receiver({ source: { address: hears } });
sender = connection.open_sender(says);
