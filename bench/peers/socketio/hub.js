// The smallest honest hub on Socket.IO: join a room; say something, which goes to all in the room and is then
// acknowledged.
// usage: node hub.js PORT
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const lasts = new Map();
const http = createServer();
const io = new Server(http, { transports: ['websocket'] });

io.on('connection', (socket) => {
  socket.on('join', (room, acknowledge) => {
    socket.join(room);
    acknowledge(lasts.get(room) ?? 0);
  });
  socket.on('say', ({ room, id, text }, acknowledge) => {
    const seq = (lasts.get(room) ?? 0) + 1;
    lasts.set(room, seq);
    const at = new Date().toISOString();
    io.to(room).emit('room', { seq, at, kind: 'said', by: 'u-0123456789', name: 'participant', id, text });
    acknowledge(seq);
  });
});

http.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
