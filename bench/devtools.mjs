// Chromium's DevTools protocol, spoken with single targets. Playwright would attach itself to all of a page, which is what is not
// to be measured.

import { EventEmitter, once } from "node:events";

/** The frame of the page of the target, which has a process of its own. */
export async function frameOf(session, targetId) {
  const { targetInfos } = await session.send("Target.getTargets", { filter: [{}] });
  const { browserContextId } = targetInfos.find((target) => target.targetId === targetId);
  const frames = targetInfos.filter(
    (target) => target.type === "iframe" && target.browserContextId === browserContextId,
  );
  if (frames.length !== 1) throw new Error(`${frames.length} frames in the page`);
  return frames[0].targetId;
}

/** Speaks the DevTools protocol with single targets, of which nothing is asked but what is sent here. */
export function attaching(session) {
  const answered = new EventEmitter();
  let id = 0;
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const answer = JSON.parse(message);
    if (answer.id) answered.emit(answer.id, answer);
  });
  return {
    async attach(targetId) {
      const { sessionId } = await session.send("Target.attachToTarget", { targetId });
      const send = async (method, params) => {
        const answer = once(answered, `${++id}`);
        await session.send("Target.sendMessageToTarget", {
          sessionId,
          message: JSON.stringify({ id, method, params }),
        });
        const [{ result, error }] = await answer;
        if (error) throw new Error(`${method}: ${error.message}`);
        return result;
      };
      const evaluate = async (expression) => {
        const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.text);
        return result.value;
      };
      return { send, evaluate };
    },
  };
}
