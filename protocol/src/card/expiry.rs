//! The month in which a card stops working.

use super::{
    Judgement,
    digits::{digit, is_separator},
};
use crate::{Problem, UnixTime};

/// The last month in which a card may be used. It is no secret.
///
/// Cards carry it as `YYMM` (ISO/IEC 7813, section 4.2; printed `MM/YY`), so its century is a matter of the reader's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Expiry {
    year: u16,
    month: u8,
}

impl Expiry {
    /// How many years ahead an expiry date may lie. Issuers stay below ten; twice that leaves room for long-lived ones
    /// and still catches a mistyped year.
    pub const MAX_YEARS: u16 = 20;

    /// The month `month` (1 is January) of the four-digit year `year`.
    ///
    /// # Errors
    /// [`Problem::ExpiryInvalid`] where there is no such month, or the year is not from 1900 to 9999.
    pub const fn new(month: u8, year: u16) -> Result<Self, Problem> {
        match (month, year) {
            (1..=12, 1900..=9999) => Ok(Self { year, month }),
            _ => Err(Problem::ExpiryInvalid),
        }
    }

    /// Reads a date as people type and autofill it: `1/29`, `01 / 29`, `01/2029`, `0129`, `012029`, and `2029-01` as
    /// browsers write it (the HTML standard's `cc-exp`), in any of the digits that [`crate::card::Pan::parse`] takes.
    ///
    /// A year of two digits is the one that lies from 49 years before to 50 years after `now`.
    ///
    /// # Errors
    /// The [`Problem`] that [`Expiry::judge`] names.
    pub fn parse(text: &str, now: UnixTime) -> Result<Self, Problem> {
        match read(text, now) {
            Reading::Whole { expiry, .. } => match expiry.fault(now) {
                None => Ok(expiry),
                Some(problem) => Err(problem),
            },
            Reading::Potential(problem) | Reading::Invalid(problem) => Err(problem),
        }
    }

    /// What can be said of the text while it is typed.
    ///
    /// `01/20` may still become `01/2029`, and `2029-1` may become `2029-12`, so a fault of either is
    /// [`Judgement::Potential`].
    #[must_use]
    pub fn judge(text: &str, now: UnixTime) -> Judgement {
        match read(text, now) {
            Reading::Potential(problem) => Judgement::Potential(problem),
            Reading::Invalid(problem) => Judgement::Invalid(problem),
            Reading::Whole { expiry, open } => match expiry.fault(now) {
                None => Judgement::Valid,
                Some(problem) if open => Judgement::Potential(problem),
                Some(problem) => Judgement::Invalid(problem),
            },
        }
    }

    /// Whether the month has ended everywhere on earth: twelve hours after its end in UTC, when it ends at UTC-12, the
    /// last time zone.
    #[must_use]
    pub const fn is_past(self, now: UnixTime) -> bool {
        const HALF_A_DAY: i64 = 12 * 60 * 60;
        let (year, month) = match self.month {
            12 => (self.year as i64 + 1, 1),
            month => (self.year as i64, month as i64 + 1),
        };
        let end = days_before(year, month) * SECONDS_OF_A_DAY + HALF_A_DAY;
        // Times beyond i64 are past every year of four digits.
        now.as_secs() > i64::MAX as u64 || now.as_secs() as i64 >= end
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The year, of four digits.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// What is wrong with the date at this time.
    fn fault(self, now: UnixTime) -> Option<Problem> {
        let (year, month) = year_and_month(now);
        let months_ahead = (i64::from(self.year) - year) * 12 + i64::from(self.month) - month;
        if self.is_past(now) {
            Some(Problem::ExpiryPast)
        } else if months_ahead > i64::from(Self::MAX_YEARS) * 12 {
            Some(Problem::ExpiryTooFar)
        } else {
            None
        }
    }
}

/// What a text says.
enum Reading {
    Potential(Problem),
    Invalid(Problem),
    /// A month and a year; `open` where the year's two digits may be the start of four, or the month's one of two.
    Whole {
        expiry: Expiry,
        open: bool,
    },
}

/// A run of digits: its value and how many they are.
#[derive(Clone, Copy, Default)]
struct Run {
    value: u32,
    count: u32,
}

fn read(text: &str, now: UnixTime) -> Reading {
    const INVALID: Reading = Reading::Invalid(Problem::ExpiryInvalid);
    const INCOMPLETE: Reading = Reading::Potential(Problem::ExpiryIncomplete);

    let Some((first, second, split)) = runs(text) else { return INVALID };
    let (month, year) = match (first.count, second.count) {
        (0, _) => return Reading::Potential(Problem::ExpiryRequired),
        // The year first, as `2029-01`.
        (4, 0) if split => return INCOMPLETE,
        (4, 1) if second.value == 0 => return INCOMPLETE,
        (4, 1 | 2) => (second, first),
        // One digit may be the first of two.
        (1, 0) if !split => return INCOMPLETE,
        (1 | 2, _) => (first, second),
        // Without a separator the month has two digits.
        (3..=6, 0) if !split => {
            let base = 10_u32.pow(first.count - 2);
            (Run { value: first.value / base, count: 2 }, Run { value: first.value % base, count: first.count - 2 })
        }
        _ => return INVALID,
    };
    if !(1..=12).contains(&month.value) {
        // `20` is no month, but may be on the way to `2029-01`.
        let year_first = !split && first.count <= 4 && first.value / 10_u32.pow(first.count - 1) == 2;
        return if year_first { Reading::Potential(Problem::ExpiryInvalid) } else { INVALID };
    }
    let (century, _) = century(now);
    let full_year = match year.count {
        0 | 1 | 3 => return INCOMPLETE,
        2 => full_year(year.value, now),
        4 => year.value,
        _ => return INVALID,
    };
    // Both are in range: the month was looked at, the year has four digits.
    match Expiry::new(month.value as u8, full_year as u16) {
        Ok(expiry) => {
            let is_year_open = year.count == 2 && year.value == century;
            // Only where the month comes last.
            let is_month_open = first.count == 4 && month.count == 1 && month.value == 1;
            Reading::Whole { expiry, open: is_year_open || is_month_open }
        }
        Err(problem) => Reading::Invalid(problem),
    }
}

/// The one or two runs of digits in a text, and whether anything stands after the first. `None` where there is a third,
/// a run is too long, or a character that belongs in no date.
fn runs(text: &str) -> Option<(Run, Run, bool)> {
    const LONGEST: u32 = 6;
    let mut first = Run::default();
    let mut second = Run::default();
    let mut split = false;
    let mut ended = false;
    for c in text.chars() {
        if let Some(value) = digit(c) {
            let run = if split { &mut second } else { &mut first };
            if ended || run.count == LONGEST {
                return None;
            }
            run.value = run.value * 10 + u32::from(value);
            run.count += 1;
        } else if is_separator(c) || is_slash(c) {
            split = split || first.count > 0;
            ended = second.count > 0;
        } else {
            return None;
        }
    }
    Some((first, second, split))
}

/// A slash, or what stands for one: the fraction, division and full-width slashes, a full stop.
pub(crate) const fn is_slash(c: char) -> bool {
    matches!(c, '/' | '.' | '\u{2044}' | '\u{2215}' | '\u{FF0F}')
}

/// The first two digits of the year, and the year.
fn century(now: UnixTime) -> (u32, u32) {
    let (year, _) = year_and_month(now);
    // Far enough that every card is past, and a year of four digits still follows.
    const LAST: u32 = 9900;
    let year = u32::try_from(year).unwrap_or(LAST).min(LAST);
    (year / 100, year)
}

/// The year that ends in these two digits and lies from 49 years before to 50 years after `now`.
fn full_year(two_digits: u32, now: UnixTime) -> u32 {
    let (century, year) = century(now);
    let candidate = century * 100 + two_digits;
    if candidate > year + 50 {
        candidate - 100
    } else if candidate + 49 < year {
        candidate + 100
    } else {
        candidate
    }
}

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

/// Days from 1970-01-01 to the first of a month in the proleptic Gregorian calendar, for the years 0 and later. Counts
/// in years that begin in March, so that the leap day is a year's last.
const fn days_before(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    // The lengths of March to February summed: 31, 61, 92, 122, 153, ...
    let days_of_months = (153 * month + 2) / 5;
    // 719468 days lie between 0000-03-01 and 1970-01-01.
    365 * year + leap_days + days_of_months - 719_468
}

/// The year and month (1 is January) in UTC.
fn year_and_month(now: UnixTime) -> (i64, i64) {
    let days = i64::try_from(now.as_secs()).unwrap_or(i64::MAX) / SECONDS_OF_A_DAY;
    // 400 years have 146097 days. The quotient is right but for a few leap days, so begin one year before it.
    let mut year = 1970 + days * 400 / 146_097 - 1;
    while days_before(year + 1, 1) <= days {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && days_before(year, month + 1) <= days {
        month += 1;
    }
    (year, month)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22T00:00:00Z.
    const NOW: UnixTime = UnixTime::from_secs(1_795_305_600);

    fn parse(text: &str) -> Result<(u8, u16), Problem> {
        Expiry::parse(text, NOW).map(|expiry| (expiry.month(), expiry.year()))
    }

    #[test]
    fn dates_are_read_as_people_and_browsers_write_them() {
        for text in [
            "1/29",
            "01/29",
            "01 / 29",
            "01/2029",
            "0129",
            "012029",
            "1 29",
            "01-29",
            "01.29",
            " 01/29 ",
            "2029-01",
            "2029-1",
            "2029/01",
            "０１／２９",
            "٠١/٢٩",
            "۰۱/۲۹",
            "01\u{00A0}/\u{00A0}29",
            "01\u{2013}29",
        ] {
            assert_eq!(parse(text), Ok((1, 2029)), "{text}");
            assert_eq!(Expiry::judge(text, NOW), Judgement::Valid, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        use Judgement::{Invalid, Potential};
        for (text, judgement) in [
            ("", Potential(Problem::ExpiryRequired)),
            (" / ", Potential(Problem::ExpiryRequired)),
            ("0", Potential(Problem::ExpiryIncomplete)),
            ("1", Potential(Problem::ExpiryIncomplete)),
            ("12", Potential(Problem::ExpiryIncomplete)),
            ("1/", Potential(Problem::ExpiryIncomplete)),
            ("12 / 2", Potential(Problem::ExpiryIncomplete)),
            ("122", Potential(Problem::ExpiryIncomplete)),
            ("12/202", Potential(Problem::ExpiryIncomplete)),
            ("20", Potential(Problem::ExpiryInvalid)),
            ("2029", Potential(Problem::ExpiryInvalid)),
            ("20 / ", Invalid(Problem::ExpiryInvalid)),
            ("2029-", Potential(Problem::ExpiryIncomplete)),
            ("2029-0", Potential(Problem::ExpiryIncomplete)),
            ("13", Invalid(Problem::ExpiryInvalid)),
            ("13/29", Invalid(Problem::ExpiryInvalid)),
            ("1329", Invalid(Problem::ExpiryInvalid)),
            ("00/29", Invalid(Problem::ExpiryInvalid)),
            ("0/29", Invalid(Problem::ExpiryInvalid)),
            ("2029-13", Invalid(Problem::ExpiryInvalid)),
            ("01/20299", Invalid(Problem::ExpiryInvalid)),
            ("01/29/30", Invalid(Problem::ExpiryInvalid)),
            ("01/0029", Invalid(Problem::ExpiryInvalid)),
            ("Jan 29", Invalid(Problem::ExpiryInvalid)),
            ("10/26", Invalid(Problem::ExpiryPast)),
            ("01/99", Invalid(Problem::ExpiryPast)),
            ("01/2020", Invalid(Problem::ExpiryPast)),
            // May become 01/2029.
            ("01/20", Potential(Problem::ExpiryPast)),
            // May become 2026-12.
            ("2026-1", Potential(Problem::ExpiryPast)),
            ("2026-01", Invalid(Problem::ExpiryPast)),
            ("2026-2", Invalid(Problem::ExpiryPast)),
            ("12/46", Invalid(Problem::ExpiryTooFar)),
            ("01/2129", Invalid(Problem::ExpiryTooFar)),
        ] {
            assert_eq!(Expiry::judge(text, NOW), judgement, "{text}");
            assert_eq!(parse(text).err(), judgement.problem(), "{text}");
        }
        assert_eq!(parse("11/26"), Ok((11, 2026)));
        assert_eq!(parse("11/46"), Ok((11, 2046)));
        assert_eq!(Expiry::judge(&"1".repeat(10_000), NOW), Invalid(Problem::ExpiryInvalid));
    }

    #[test]
    fn a_month_ends_twelve_hours_after_its_end_in_utc() {
        for (month, year, end) in [
            // 2026-12-01T12:00:00Z, 2027-01-01T12:00:00Z, 2028-03-01T12:00:00Z (a leap year), 2100-03-01T12:00:00Z.
            (11, 2026, 1_796_126_400),
            (12, 2026, 1_798_804_800),
            (2, 2028, 1_835_524_800),
            (2, 2100, 4_107_585_600),
        ] {
            let expiry = Expiry::new(month, year).unwrap();
            assert!(!expiry.is_past(UnixTime::from_secs(end - 1)), "{month}/{year}");
            assert!(expiry.is_past(UnixTime::from_secs(end)), "{month}/{year}");
        }
    }

    #[test]
    fn a_card_works_in_its_last_hours_though_utc_is_a_month_ahead() {
        // 2026-12-01T11:59:59Z.
        let now = UnixTime::from_secs(1_796_126_399);
        assert!(Expiry::parse("11/26", now).is_ok());
        assert_eq!(Expiry::parse("10/26", now), Err(Problem::ExpiryPast));
    }

    #[test]
    fn two_digits_mean_the_nearest_year() {
        // 2098-06-15T00:00:00Z.
        let now = UnixTime::from_secs(4_053_628_800);
        let year = |text| Expiry::parse(text, now).map(Expiry::year);
        assert_eq!(year("01/99"), Ok(2099));
        assert_eq!(year("01/03"), Ok(2103));
        assert_eq!(year("01/97"), Err(Problem::ExpiryPast));
        assert_eq!(year("01/40"), Err(Problem::ExpiryTooFar));
        assert_eq!(year("01/60"), Err(Problem::ExpiryPast));
    }

    #[test]
    fn new_takes_months_and_years_that_exist() {
        assert!(Expiry::new(1, 2029).is_ok() && Expiry::new(12, 1900).is_ok() && Expiry::new(12, 9999).is_ok());
        for (month, year) in [(0, 2029), (13, 2029), (255, 2029), (1, 0), (1, 1899), (1, 10_000), (1, u16::MAX)] {
            assert_eq!(Expiry::new(month, year), Err(Problem::ExpiryInvalid), "{month}/{year}");
        }
    }

    #[test]
    fn the_calendar_agrees_with_itself_over_four_centuries() {
        let mut days = 0;
        for year in 1970..2400 {
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            for (month, length) in
                (1_i64..).zip([31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
            {
                assert_eq!(days_before(year, month), days, "{year}-{month}");
                for day in [days, days + length - 1] {
                    let time = UnixTime::from_secs(u64::try_from(day * SECONDS_OF_A_DAY).unwrap());
                    assert_eq!(year_and_month(time), (year, month));
                }
                days += length;
            }
        }
    }

    #[test]
    fn the_end_of_time_is_past_everything() {
        for secs in [u64::MAX, i64::MAX as u64, i64::MAX as u64 + 1] {
            assert_eq!(Expiry::parse("01/29", UnixTime::from_secs(secs)), Err(Problem::ExpiryPast));
        }
    }
}
