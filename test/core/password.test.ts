// Which passwords are taken: long ones that are not what everybody tries first.

import { describe, expect, it } from 'vitest';
import { normalPassword, passwordFault } from '../../src/core/password.ts';

const of = (password: string, email: string | null = 'ada@contoso.com') => passwordFault(password, { email });

describe('a password is taken', () => {
  it.each([
    ['of twelve characters', 'k7#mPq2!vXz9'],
    ['of words', 'marmot teapot gravel'],
    ['of letters of any script', 'пароль длинный'],
    ['of 128 characters, each of two units', `${'🦫🫖🪨🧭🪕'.repeat(25)}🦫🫖🪨`],
    ['with blanks around it', '  marmot teapot  '],
  ])('%s', (_, password) => {
    expect(of(password)).toBeNull();
  });
});

describe('a password is refused', () => {
  it.each([
    ['of eleven characters', 'k7#mPq2!vXz', /at least 12 characters, came 11/],
    ['of eleven characters that are twice as many units', '🦫'.repeat(11), /came 11/],
    ['of 129', 'ab1?cd'.repeat(22).slice(0, 129), /at most 128 characters, came 129/],
    ['of one letter', 'aaaaaaaaaaaaaaaa', /everybody tries/],
    ['of four', 'abababcdabab', /everybody tries/],
    ['that counts', '123456789012', /everybody tries/],
    ['that counts back', '987654321098', /everybody tries/],
    ['that is "password" and a year', 'Password2026!', /everybody tries/],
    ['that is "password" in other signs', 'P@ssw0rd1234', /everybody tries/],
    ['that is a row of keys', 'qwertyuiop12', /everybody tries/],
    ['that is a word of this product', 'bursar-bursar', /everybody tries/],
    ['that everybody knows from a comic', 'correct horse battery staple', /everybody tries/],
    ['that has the e-mail address in it', 'my ada@contoso.com', /e-mail address/],
  ])('%s', (_, password, why) => {
    expect(of(password)).toMatch(why);
  });

  it('that is the name of the e-mail address again and again', () => {
    expect(of('adalovelaceadalovelace', 'adalovelace@contoso.com')).toMatch(/e-mail address/);
  });
});

it('is the same however a keyboard puts its letters together', () => {
  expect(normalPassword('cafe\u0301 crème')).toBe(normalPassword('café crème'));
  expect(normalPassword('a\ud800b')).toBe('a\ufffdb');
});
