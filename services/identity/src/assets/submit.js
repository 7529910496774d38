/* Submits the page's form immediately, because a user who signs out on one of our pages has already confirmed it. */
document.querySelector('[data-submit]')?.click();
