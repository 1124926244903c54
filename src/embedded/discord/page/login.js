// Without a token in the fragment: what this page is, and a field for one. The token goes into the
// fragment only, which browsers do not send to servers.
import { el, replaceChildren } from './dom.js';

/** @param {string} problem why the last token did not work; empty at first */
export function askForToken(problem) {
  const field = el('input', {
    type: 'password',
    required: true,
    autocomplete: 'off',
    placeholder: 'Token',
    'aria-label': 'Token',
  });
  const onsubmit = (event) => {
    event.preventDefault();
    location.hash = `token=${field.value.trim()}`;
    location.reload();
  };
  replaceChildren(
    document.body,
    el(
      'main',
      { class: 'login' },
      el(
        'form',
        { onsubmit },
        el('h1', {}, 'Agency (local)'),
        el(
          'p',
          {},
          'This is the local Discord of your agency. To come in, open the link that the start ' +
            'printed, or paste a token from ',
          el('code', { class: 'inline' }, 'local-discord.json'),
          ' in the data folder: the Director’s, the specialist’s or the stranger’s.',
        ),
        problem && el('p', { class: 'failure', role: 'alert' }, problem),
        field,
        el('button', { class: 'button primary', type: 'submit' }, 'Come in'),
      ),
    ),
  );
  field.focus();
}

/** What the fragment holds: `token` and the channel that was open last. */
export function readFragment() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  return { token: fragment.get('token'), channel: fragment.get('channel') };
}

export function rememberChannel(channelId) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (fragment.get('channel') === channelId) return;
  fragment.set('channel', channelId);
  history.replaceState(null, '', `#${fragment.toString()}`);
}
