export {
  HOLIDAYS,
  type HolidayKey,
  type Holidays,
  holidaysOfDepartment,
  type IsHoliday,
  isHolidayOf,
  publicHolidays,
} from './holidays.ts';
export { instantOf, type LocalDays, localDaysOf, weekdayOf } from './local-days.ts';
