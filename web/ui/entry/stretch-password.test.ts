import { describe, expect, it } from "vitest";
import { freshSalt, stretchPassword } from "./stretch-password.ts";

describe("stretching a password", () => {
  it("gives 32 bytes as hex, the same for the same password and salt, another for another salt", async () => {
    const salt = "00112233445566778899aabbccddeeff";
    const first = await stretchPassword("correct horse", salt);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await stretchPassword("correct horse", salt)).toBe(first);
    expect(await stretchPassword("correct horse", freshSalt())).not.toBe(first);
  });

  it("takes composed and decomposed Hangul for the same password", async () => {
    const salt = freshSalt();
    const word = "비밀번호는길게";
    expect(await stretchPassword(word.normalize("NFD"), salt)).toBe(await stretchPassword(word, salt));
  });

  it("makes salts of 16 bytes that differ", () => {
    expect(freshSalt()).toMatch(/^[0-9a-f]{32}$/);
    expect(freshSalt()).not.toBe(freshSalt());
  });
});
