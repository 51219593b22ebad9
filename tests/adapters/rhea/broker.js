'use strict';
// node broker.js: a broker with queues in memory, made by their first mention. It says its port.
// What a consumer has not settled when it leaves goes back to its place.
const container = require('rhea').create_container();

const queues = new Map();

function queue(address) {
  if (!queues.has(address)) queues.set(address, { waiting: [], consumers: [] });
  return queues.get(address);
}

function deliver(place) {
  for (const consumer of place.consumers) {
    while (place.waiting.length && consumer.sender.sendable()) {
      const entry = place.waiting.shift();
      consumer.unsettled.set(consumer.sender.send(entry.message).id, entry);
    }
  }
}

function putBack(place, entries) {
  place.waiting.push(...entries);
  place.waiting.sort((a, b) => a.number - b.number);
}

function leave(sender) {
  for (const place of queues.values()) {
    const gone = place.consumers.filter((consumer) => consumer.sender === sender);
    place.consumers = place.consumers.filter((consumer) => consumer.sender !== sender);
    gone.forEach((consumer) => putBack(place, [...consumer.unsettled.values()]));
    deliver(place);
  }
}

function settled(context, again) {
  const place = queue(context.sender.source.address);
  const consumer = place.consumers.find((one) => one.sender === context.sender);
  if (!consumer) return;
  const entry = consumer.unsettled.get(context.delivery.id);
  consumer.unsettled.delete(context.delivery.id);
  if (entry && again) putBack(place, [entry]);
  deliver(place);
}

let number = 0;
container.sasl_server_mechanisms.enable_anonymous();
container.sasl_server_mechanisms.enable_plain((user, password) => user === 'line' && password === 'open-sesame');
container.on('receiver_open', (context) => {
  context.receiver.set_target({ address: context.receiver.target.address });
  context.receiver.add_credit(200);
});
container.on('message', (context) => {
  const place = queue(context.receiver.target.address);
  place.waiting.push({ number: (number += 1), message: context.message });
  context.delivery.accept();
  context.receiver.add_credit(1);
  deliver(place);
});
container.on('sender_open', (context) => {
  context.sender.set_source({ address: context.sender.source.address });
  queue(context.sender.source.address).consumers.push({ sender: context.sender, unsettled: new Map() });
});
container.on('sendable', (context) => deliver(queue(context.sender.source.address)));
container.on('accepted', (context) => settled(context, false));
container.on('rejected', (context) => settled(context, false));
container.on('released', (context) => settled(context, true));
container.on('modified', (context) => settled(context, true));
container.on('sender_close', (context) => leave(context.sender));
container.on('disconnected', (context) => context.connection.each_sender && leaveAll(context.connection));
container.on('connection_close', (context) => leaveAll(context.connection));

function leaveAll(connection) {
  for (const place of queues.values()) {
    place.consumers.filter((one) => one.sender.connection === connection).forEach((one) => leave(one.sender));
  }
}

const server = container.listen({
  host: '127.0.0.1',
  port: 0,
  receiver_options: { autoaccept: false, credit_window: 0 },
});
server.on('listening', () => console.log(server.address().port));
