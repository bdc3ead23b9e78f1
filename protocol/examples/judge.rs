//! Judges card numbers: reads one a line on standard input, and writes a line of JSON for each to standard output.
//!
//! `pkg/test/brands.test.ts` compares its answers with those of other libraries. Do not give it real numbers: whatever
//! feeds it holds them in the clear.

use std::io::{self, BufRead, BufWriter, Write};

use cardseal_protocol::{
    brand::{Brand, Brands},
    card::{Judgement, Pan},
};
use serde::Serialize;

/// What is said of one number.
#[derive(Serialize)]
struct Verdict {
    /// The brands whose prefix is there, the most specific first.
    brands: Vec<Brand>,
    /// The same, and those that more digits may bring.
    possible: Vec<Brand>,
    /// `valid`, `potential` or `invalid`.
    judgement: &'static str,
    /// The code of what is wrong.
    problem: Option<&'static str>,
    /// What the first brand's numbers and codes are like.
    facts: Option<Facts>,
}

#[derive(Serialize)]
struct Facts {
    lengths: &'static [u8],
    luhn: bool,
    code_name: &'static str,
    code_length: u8,
}

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        serde_json::to_writer(&mut out, &judge(line?.trim()))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn judge(number: &str) -> Verdict {
    let judgement = Pan::judge(number);
    let brands = Brands::of(number);
    Verdict {
        brands: brands.iter().collect(),
        possible: Brands::possible(number).iter().collect(),
        judgement: match judgement {
            Judgement::Valid => "valid",
            Judgement::Potential(_) => "potential",
            Judgement::Invalid(_) => "invalid",
        },
        problem: judgement.problem().map(|problem| problem.code().as_str()),
        facts: brands.first().map(|brand| Facts {
            lengths: brand.lengths(),
            luhn: brand.luhn(),
            code_name: brand.code_name(),
            code_length: brand.code_length(),
        }),
    }
}
