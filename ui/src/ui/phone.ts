// Phone numbers as libphonenumber knows them, in a file of their own so that its data is fetched only where one is typed.
// The server judges by fuller data and has the last word.
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString, validatePhoneNumberLength, type CountryCode } from 'libphonenumber-js/min'
import { countryName } from '@/shared/format'

/** A number as it is typed, understood as far as it goes. */
export interface PhoneReading {
  /** ISO 3166 code of the country it belongs to; "" when that cannot be told. */
  country: string
  /** As people of that country write it; what was typed when it is no number at all. */
  national: string
  /** E.164; "" when nobody could be called by it. */
  e164: string
  /** What goes to the server: E.164 as far as there is one. */
  value: string
}

/** Whether a number says its country itself: +351…, or 00351… as most people dial it. */
export function isInternational(typed: string): boolean {
  return /^\s*(?:tel:)?(?:\+|00)/i.test(typed)
}

/** Reads a number; one that does not say its country is taken for one of `country`, an ISO 3166 code or "". */
export function readPhone(typed: string, country: string): PhoneReading {
  const number = parse(typed, country)
  if (!number) return { country, national: typed, e164: '', value: typed.trim() }
  const own = countryOf(number, isInternational(typed) ? '' : country)
  return {
    country: own,
    national: own ? number.formatNational() : number.formatInternational(),
    e164: number.isValid() ? number.number : '',
    value: number.number,
  }
}

function parse(typed: string, country: string) {
  return parsePhoneNumberFromString(typed.replace(/^\s*00/, '+'), (country || undefined) as CountryCode | undefined)
}

/** Several countries share +1, +7 and +44: one that was chosen stays; else the number's own, or the largest. */
function countryOf(number: NonNullable<ReturnType<typeof parse>>, chosen: string): string {
  return chosen || (number.country ?? number.getPossibleCountries()[0] ?? '')
}

/** What is wrong with a number and what to do about it; undefined when nothing is. */
export function phoneProblem(typed: string, country: string): string | undefined {
  if (!typed.trim()) return undefined
  const { e164, country: own } = readPhone(typed, country)
  if (e164) return undefined
  if (!own) return 'Choose the country, or begin with + and the country code.'
  const where = countryName(own)
  switch (validatePhoneNumberLength(typed.replace(/^\s*00/, '+'), own as CountryCode)) {
    case 'TOO_SHORT': return `Too short for a phone number in ${where}. Add the missing digits, or choose another country.`
    case 'TOO_LONG': return `Too long for a phone number in ${where}. Remove what is too much, or choose another country.`
    default: return `This is not a phone number in ${where}. Check the digits, or choose another country.`
  }
}

/** Every country with its calling code, by name in the reader's language. */
export function phoneCountries(): { value: string; label: string }[] {
  return getCountries()
    .map((value) => ({ value, label: `${countryName(value)} +${getCountryCallingCode(value)}` }))
    .sort((a, b) => a.label.localeCompare(b.label))
}
