// <button data-copy="text"> puts its text on the clipboard and says so.

import { copyText } from './clipboard.js';

function say(text) {
  let voice = document.getElementById('copy-voice');
  if (!voice) {
    voice = Object.assign(document.createElement('div'), { id: 'copy-voice', className: 'it-sr', role: 'status' });
    document.body.append(voice);
  }
  voice.textContent = text;
}

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy]');
  if (!button || button.dataset.copied !== undefined) {
    return;
  }
  await copyText(button.dataset.copy);
  say('Copied');
  const label = button.querySelector('[data-copy-label]');
  const words = label?.textContent;
  if (label) {
    label.textContent = 'Copied';
  }
  button.dataset.copied = '';
  setTimeout(() => {
    delete button.dataset.copied;
    if (label) {
      label.textContent = words;
    }
    say('');
  }, 2000);
});
