'use strict';
// A CFX envelope as an AMQP message, by the standard's mapping, written without a look at Padstone's own.
const { message } = require('rhea');

exports.wrapped = function (line, handle) {
  const envelope = JSON.parse(line);
  const name = envelope.MessageName;
  const source = envelope.Source || handle;
  const properties = {
    'cfx-topic': name.slice(0, name.lastIndexOf('.')),
    'cfx-message': name,
    'cfx-handle': source,
  };
  const wrapped = {
    durable: true,
    message_id: envelope.UniqueID,
    reply_to: source,
    subject: `${source}.${name}`,
    content_type: 'application/json; charset="utf-8"',
    creation_time: new Date(envelope.TimeStamp || 0),
    application_properties: properties,
    body: message.data_section(Buffer.from(line)),
  };
  if (envelope.Target) {
    wrapped.to = envelope.Target;
    properties['cfx-target'] = envelope.Target;
  }
  if (envelope.RequestID) wrapped.correlation_id = envelope.RequestID;
  return wrapped;
};
