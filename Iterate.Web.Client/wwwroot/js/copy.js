// <button data-copy="text"> puts its text on the clipboard and says so.

async function write(text) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text);
  }
  // A self-hosted page on plain http has no clipboard API, only this.
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) {
    throw new Error('The browser refused to copy.');
  }
}

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
  await write(button.dataset.copy);
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
