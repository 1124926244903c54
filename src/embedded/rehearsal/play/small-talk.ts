// Tells an objective from a greeting, thanks or a word too few. In doubt it is an objective: work
// that was not meant is cancelled with one click, an objective that was not heard is lost.
import { findDeliverables, formFor } from '../objective/find-deliverables.ts';
import { anywhere, wholeText } from '../objective/patterns.ts';
import { cleanText, plainLine, wordsOf } from '../objective/words.ts';

const greeting = wholeText(`
  hi hello hey hallo moin servus bonjour salut hola ciao good_(?:morning|afternoon|evening|day)
  guten_(?:morgen|tag|abend) こんにちは 你好 привет yo howdy greetings
`);
const thanks = wholeText(`
  thanks? thank_you thx ty cheers danke vielen_dank merci gracias great nice cool perfect awesome
  well_done super good_job спасибо 谢谢
`);
const filler = wholeText(String.raw`
  ok okay k yes no yeah nope ja nein oui non sí si test testing lol haha hm+ ping foo bar asdf\w*
  bye goodbye tschüss there all everybody team you so much very again paul friends? world good
  morning evening day afternoon guten morgen tag abend thank vielen well done job
`);
const aboutUs = anywhere(String.raw`
  who_are_you what_are_you what_can_you_do what_do_you_do how_are_you
  how_does_this_work what_is_this are_you_(?:there|real|an?_\w+)
  wer_bist_du was_kannst_du qui_es-tu que_peux-tu quién_eres
  qué_puedes
`);

const talkWordsMax = 5;

/** @returns what to answer to talk; null when the text asks for work */
export function answerToTalk(text: string): string | null {
  const plain = plainLine(cleanText(text));
  const words = wordsOf(plain);
  const phrase = words.join(' ');
  const isTalk = (word: string) => [greeting, thanks, filler].some((one) => one.test(word));
  const isOnlyTalk = words.length > 0 && words.length <= talkWordsMax && words.every(isTalk);
  if (aboutUs.test(plain) && words.length <= 9 && findDeliverables(plain).length === 0) {
    return (
      'I am Paul, the Project Manager. Write an objective in plain words, such as “Write a ' +
      'launch kit for our café: a one-page plan, a budget and three announcements”. I offer ' +
      'approaches, then a plan; Specialists do the work after you approve it.'
    );
  }
  if (thanks.test(phrase) || (isOnlyTalk && words.some((word) => thanks.test(word)))) {
    return 'You are welcome. When there is something else to make, write it here in plain words.';
  }
  if (greeting.test(phrase) || isOnlyTalk) {
    return 'Hello. Tell me what you would like to have at the end, and for whom.';
  }
  if (!isTooShort(plain, words)) return null;
  return (
    'I cannot make work out of that yet. Say in a sentence what should exist at the end, such as ' +
    '“a checklist for moving house”.'
  );
}

/** One word that names nothing to make; scripts without spaces are measured in characters. */
function isTooShort(plain: string, words: readonly string[]): boolean {
  if (!/\p{L}{2}/u.test(plain)) return true;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(plain)) {
    return plain.length < 4;
  }
  return words.length < 2 && words.every((word) => formFor(word) === undefined);
}
