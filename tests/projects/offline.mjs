// Loaded into every Node process of a build: writes down each host that is asked for anything, and refuses it. Most of what asks
// (telemetry, fonts, binaries) goes on without an answer, and would be noticed only where there is no network.
import { appendFileSync } from "node:fs";
import { isIP, Socket } from "node:net";

const { connect } = Socket.prototype;
Socket.prototype.connect = function (...given) {
  const [options] = [given].flat(2);
  const { host = "localhost", path } = typeof options === "object" ? options : { host: given[1] };
  const isOwn = path || host === "localhost" || host === "::1" || (isIP(host) && host.startsWith("127."));
  if (isOwn) return connect.apply(this, given);
  appendFileSync(process.env.CARDSEAL_ASKED, `${host}\n`);
  throw new Error(`a build has no business with ${host}`);
};
