// Which passwords a local account takes (T3): long ones. Nothing is asked of their characters, as NIST SP 800-63B and ASVS 6.2 have it; what
// is refused is what everybody tries first.

export const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 128;

/** Those of the lists of leaked passwords that are long enough, in lower case, without blanks, signs and what stands in front of or behind their letters. */
const COMMON = new Set([
  'password',
  'passwordpassword',
  'passw0rd',
  'p4ssw0rd',
  'pa55word',
  'mypassword',
  'newpassword',
  'yourpassword',
  'thisismypassword',
  'changeme',
  'changemenow',
  'changeit',
  'welcome',
  'welcomehome',
  'letmein',
  'letmeinnow',
  'iloveyou',
  'iloveyouforever',
  'iloveyousomuch',
  'qwertyuiop',
  'qwertyuiopasdfghjkl',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertyasdfgh',
  'qwerty',
  'qwertyqwerty',
  'qazwsxedcrfv',
  'qazwsxedc',
  'qqwweerrttyy',
  'abcdefghijkl',
  'abcdefghijklmn',
  'abcdefghijklmnop',
  'administrator',
  'admin',
  'adminadmin',
  'superuser',
  'superman',
  'batman',
  'football',
  'baseball',
  'basketball',
  'sunshine',
  'princess',
  'dragon',
  'monkey',
  'master',
  'michael',
  'starwars',
  'pokemon',
  'liverpool',
  'manchesterunited',
  'trustno1',
  'whatever',
  'computer',
  'internet',
  'bursar',
  'bursarbursar',
  'credits',
  'correcthorsebatterystaple',
]);

/** Digits that only count up or down, or go around. */
const DIGITS_IN_A_ROW = '01234567890123456789012345678901234567890';
const FEWEST_DIFFERENT = 5;

/** As a password is kept and compared: the same letters, however a keyboard put them together. */
export function normalPassword(text: string): string {
  return text.toWellFormed().normalize('NFC');
}

/** Why a new password is not taken; null: it is. */
export function passwordFault(password: string, { email }: { email: string | null }): string | null {
  const text = normalPassword(password);
  const { length } = [...text];
  if (length < SHORTEST_PASSWORD) return `wanted at least ${SHORTEST_PASSWORD} characters, came ${length}`;
  if (length > LONGEST_PASSWORD) return `wanted at most ${LONGEST_PASSWORD} characters, came ${length}`;
  const lower = text.toLowerCase();
  if (email !== null && (lower.includes(email) || lower === localPart(email).repeat(Math.ceil(length / localPart(email).length))))
    return 'is the e-mail address; take something that nobody knows of you';
  if (isCommon(lower)) return 'is one of those that everybody tries first; take three or four words that do not belong together';
  return null;
}

function localPart(email: string): string {
  return email.slice(0, email.indexOf('@'));
}

function isCommon(lower: string): boolean {
  if (new Set(lower).size < FEWEST_DIFFERENT) return true;
  if (/^\d+$/.test(lower)) return DIGITS_IN_A_ROW.includes(lower) || DIGITS_IN_A_ROW.includes([...lower].reverse().join(''));
  const core = lower.replace(/[\s_-]+/g, '').replace(/^[^a-z]+|[^a-z]+$/g, '');
  return COMMON.has(core) || COMMON.has(lower) || COMMON.has(core.replaceAll('0', 'o').replaceAll('@', 'a').replaceAll('$', 's'));
}
