// The smallest honest hub on ws: join a room; say something, which goes to all in the room and is then acknowledged.
// usage: node hub.js PORT
import { WebSocketServer, WebSocket } from 'ws';

const rooms = new Map();

function roomNamed(name) {
  let room = rooms.get(name);
  if (!room) rooms.set(name, (room = { last: 0, members: new Set() }));
  return room;
}

function say(room, { id, text }) {
  const seq = ++room.last;
  const at = new Date().toISOString();
  const entry = JSON.stringify({ seq, at, kind: 'said', by: 'u-0123456789', name: 'participant', id, text });
  for (const member of room.members) if (member.readyState === WebSocket.OPEN) member.send(entry);
  return seq;
}

const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    const room = roomNamed(message.room);
    let seq = room.last;
    if (message.do === 'join') {
      room.members.add(socket);
      socket.on('close', () => room.members.delete(socket));
    } else {
      seq = say(room, message);
    }
    socket.send(`{"answer":${message.call},"seq":${seq}}`);
  });
  socket.on('error', () => socket.terminate());
});
