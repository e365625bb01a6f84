import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT_AS = 'punchlist-language';

/** Makes the words ready, in the language chosen here before, else in the browser's. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false }, // React escapes
  });
  await speak(chosenLanguage());
}

/** Switches the language, and keeps the choice. */
export async function choose(language: Language): Promise<void> {
  localStorage.setItem(KEPT_AS, language);
  await speak(language);
}

export function currentLanguage(): Language {
  return i18next.language === 'de' ? 'de' : 'en';
}

function chosenLanguage(): Language {
  const known = Object.keys(LANGUAGES) as Language[];
  const wanted = [localStorage.getItem(KEPT_AS), ...navigator.languages];
  for (const each of wanted) {
    const found = known.find((language) => each?.toLowerCase().startsWith(language));
    if (found) return found;
  }
  return 'en';
}

async function speak(language: Language): Promise<void> {
  if (language === 'de' && !i18next.hasResourceBundle('de', 'translation')) {
    const { de } = await import('./de'); // only for those who read it
    i18next.addResourceBundle('de', 'translation', de);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
