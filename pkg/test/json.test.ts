import { describe, expect, it } from "vitest";
import { parseObject } from "../src/server/json.js";

describe("parseObject", () => {
  it.each([
    "{}",
    '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}],"d":{"a":{"a":"a"}}}',
    ' { "a" : "a" , "b" : [ "a" , "a" ] , "c" : "\\"a\\":" } ',
    '{"a":0,"b":-1,"c":9007199254740991,"d":-9007199254740991,"e":[true,false,null]}',
    '{"a":"1.5 {} 1e3","b":"\\\\","c":"\\ud83d\\ude00 \u{1f600}","__proto__":1,"constructor":2}',
  ])("reads %s as JSON.parse does", (text) => {
    expect(parseObject(text)).toEqual(JSON.parse(text));
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    '{"a":1,"\\u0061":1}',
    '{"a\\"":1,"a\\u0022":1}',
    '{"__proto__":1,"__proto__":1}',
    '{"b":{"a":{},"a":[]}}',
    '{"b":[{"a":1,"a":1}]}',
    '{"b":[{}],"a" :1,"a"\t:1}',
    '{"a":{"b":1},"c":{"b":1},"a":1}',
  ])("refuses %s, where a member comes twice", (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(parseObject(text)).toBeUndefined();
  });

  it.each(["1.0", "1.5", "1e0", "1E+2", "10e-1", "-0", "0.0", "9007199254740992", "-9007199254740992", "1e400"])(
    "refuses the number %s",
    (number) => {
      expect(() => JSON.parse(number)).not.toThrow();
      for (const text of [`{"a":${number}}`, `{"a":[1,${number}]}`, `{"a":{"b":${number} }}`]) {
        expect(parseObject(text), text).toBeUndefined();
      }
    },
  );

  it.each(['{"a":"\\ud800"}', '{"\\udc00":1}', '{"a":["\\ude00\\ud83d"]}'])(
    "refuses %s, which is no Unicode",
    (text) => {
      expect(() => JSON.parse(text)).not.toThrow();
      expect(parseObject(text)).toBeUndefined();
    },
  );

  it.each(["", "[]", "null", "1", '"a"', "{", '{"a":01}', '{"a":1,}', "{}{}", "\ufeff{}", "{'a':1}"])(
    "refuses %s, which is no object",
    (text) => {
      expect(parseObject(text)).toBeUndefined();
    },
  );
});
