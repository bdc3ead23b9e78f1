//! The files that the vault's keys live in.

use std::{
    collections::BTreeMap,
    fs::{DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use super::Error;
use crate::random;

/// The 32 bytes of a private key.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// What the names of the files with master keys begin with.
const CARDS: &str = "cards";
const DELEGATION: &str = "delegation.jwt";
/// More than any key file or delegation holds.
const MAX_FILE: u64 = 4096;

/// `DIR/keys/`.
#[derive(Clone, Debug)]
pub struct KeyFiles {
    directory: PathBuf,
}

impl KeyFiles {
    /// The keys in this directory, which is made with mode 0700 if it is not there.
    ///
    /// # Errors
    /// [`Error`] where it cannot be made, or others than its owner may enter it.
    pub fn open(directory: PathBuf) -> Result<Self, Error> {
        make_directory(&directory)?;
        let mode = directory.metadata().map_err(|error| Error::File(directory.clone(), error))?.mode();
        refuse_if_open_to_others(&directory, mode)?;
        Ok(Self { directory })
    }

    /// The keys of the vault in this data directory.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn in_data(data: &Path) -> Result<Self, Error> {
        make_directory(data)?;
        Self::open(data.join("keys"))
    }

    /// Where the key of this stem and version lies.
    pub(super) fn path(&self, stem: &str, version: u32) -> PathBuf {
        self.directory.join(format!("{stem}.{version}.key"))
    }

    /// The versions of this stem that there are, in rising order.
    pub(super) fn versions(&self, stem: &str) -> Result<Vec<u32>, Error> {
        let failed = |error| Error::File(self.directory.clone(), error);
        let mut versions = Vec::new();
        for entry in self.directory.read_dir().map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let version = name
                .to_str()
                .and_then(|name| name.strip_prefix(stem)?.strip_prefix('.')?.strip_suffix(".key"))
                .and_then(|version| version.parse::<u32>().ok());
            versions.extend(version);
        }
        versions.sort_unstable();
        Ok(versions)
    }

    /// Every master key, by version; makes version 1 where there is none.
    pub(super) fn master_keys(&self) -> Result<BTreeMap<u32, Secret>, Error> {
        let mut versions = self.versions(CARDS)?;
        if versions.is_empty() {
            self.write(CARDS, 1, &random::bytes()?)?;
            versions.push(1);
        }
        versions.into_iter().map(|version| Ok((version, self.read(CARDS, version)?))).collect()
    }

    pub(super) fn read(&self, stem: &str, version: u32) -> Result<Secret, Error> {
        let path = self.path(stem, version);
        let text = read_private(&path)?;
        let mut key = Zeroizing::new([0; 32]);
        match Base64UrlUnpadded::decode(text.trim_ascii_end(), &mut *key) {
            Ok(bytes) if bytes.len() == 32 => Ok(key),
            _ => Err(Error::NoKey(path)),
        }
    }

    /// Writes a new key; never over one that is there.
    pub(super) fn write(&self, stem: &str, version: u32, key: &Secret) -> Result<(), Error> {
        let mut text = Zeroizing::new(Base64UrlUnpadded::encode_string(&**key));
        text.push('\n');
        write_private(&self.path(stem, version), text.as_bytes())
    }

    /// Overwrites and removes a key; one that is not there is erased already. `true` where it was there.
    ///
    /// What a disk keeps of overwritten blocks is out of a program's reach.
    pub(super) fn erase(&self, stem: &str, version: u32) -> Result<bool, Error> {
        let path = self.path(stem, version);
        let erase = || {
            let mut file = File::options().write(true).open(&path)?;
            let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
            file.write_all(&vec![0; length])?;
            file.sync_all()?;
            std::fs::remove_file(&path)?;
            sync_directory_of(&path)
        };
        match erase() {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::File(path, error)),
        }
    }

    /// The delegation that was installed last, whatever it says.
    pub(crate) fn delegation(&self) -> Result<Option<String>, Error> {
        let path = self.directory.join(DELEGATION);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim_ascii().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::File(path, error)),
        }
    }

    /// Installs a delegation in the place of the one before.
    pub(crate) fn install_delegation(&self, delegation: &str) -> Result<(), Error> {
        let path = self.directory.join(DELEGATION);
        let unfinished = unfinished(&path);
        let install = || {
            write_new(&unfinished, format!("{delegation}\n").as_bytes())?;
            std::fs::rename(&unfinished, &path)?;
            sync_directory_of(&path)
        };
        install().map_err(|error| Error::File(path.clone(), error))
    }
}

/// Makes a directory that only its owner may enter, unless it is there.
pub(crate) fn make_directory(directory: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| Error::File(directory.to_owned(), error))
}

/// Reads a file that only its owner may read.
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<String>, Error> {
    let failed = |error| Error::File(path.to_owned(), error);
    let mut file = File::open(path).map_err(failed)?;
    refuse_if_open_to_others(path, file.metadata().map_err(failed)?.mode())?;
    // Longer than what is read into it, so that the buffer is never moved.
    let mut text = Zeroizing::new(String::with_capacity(2 * 4096));
    (&mut file).take(MAX_FILE).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Writes a file of mode 0600 so that after a crash there is the whole of it or none, and never over one that is there.
pub(crate) fn write_private(path: &Path, text: &[u8]) -> Result<(), Error> {
    let unfinished = unfinished(path);
    let write = || {
        write_new(&unfinished, text)?;
        std::fs::hard_link(&unfinished, path).inspect_err(|_| {
            // The error that counts is the first.
            let _ = std::fs::remove_file(&unfinished);
        })?;
        std::fs::remove_file(&unfinished)?;
        sync_directory_of(path)
    };
    write().map_err(|error| Error::File(path.to_owned(), error))
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(text)?;
    file.sync_all()
}

fn sync_directory_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => File::open(directory)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn refuse_if_open_to_others(path: &Path, mode: u32) -> Result<(), Error> {
    if mode & 0o077 == 0 { Ok(()) } else { Err(Error::TooOpen(path.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(directory: &tempfile::TempDir) -> KeyFiles {
        KeyFiles::in_data(directory.path()).unwrap()
    }

    #[test]
    fn a_key_is_read_back_and_private() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        let key = random::bytes().unwrap();
        files.write("receipt", 7, &key).unwrap();
        assert_eq!(files.read("receipt", 7).unwrap(), key);
        assert_eq!(files.versions("receipt").unwrap(), [7]);
        let path = directory.path().join("keys/receipt.7.key");
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(directory.path().join("keys").metadata().unwrap().mode() & 0o777, 0o700);
        let names: Vec<_> =
            directory.path().join("keys").read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["receipt.7.key"], "nothing unfinished is left");
    }

    #[test]
    fn a_key_is_never_written_over_another() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        let key = random::bytes().unwrap();
        files.write("receipt", 1, &key).unwrap();
        assert!(matches!(files.write("receipt", 1, &random::bytes().unwrap()), Err(Error::File(..))));
        assert_eq!(files.read("receipt", 1).unwrap(), key);
        assert_eq!(directory.path().join("keys").read_dir().unwrap().count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn what_a_crash_left_unfinished_is_no_key_and_in_nobodys_way() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        std::fs::write(directory.path().join("keys/receipt.1.key.new"), "half").unwrap();
        assert!(files.versions("receipt").unwrap().is_empty());
        let key = random::bytes().unwrap();
        files.write("receipt", 1, &key).unwrap();
        assert_eq!(files.read("receipt", 1).unwrap(), key);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        files.write("receipt", 1, &random::bytes().unwrap()).unwrap();
        let path = files.path("receipt", 1);
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let error = files.read("receipt", 1).unwrap_err();
        assert!(matches!(&error, Error::TooOpen(open) if *open == path), "{error}");
        assert!(error.to_string().contains("chmod go="), "{error}");
        std::fs::set_permissions(directory.path().join("keys"), Permissions::from_mode(0o750)).unwrap();
        assert!(matches!(KeyFiles::in_data(directory.path()), Err(Error::TooOpen(_))));
    }

    #[test]
    fn a_file_without_a_key_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        for text in ["AAAA\n", "", "not base64url", &"A".repeat(44)] {
            write_new(&files.path("receipt", 1), text.as_bytes()).unwrap();
            assert!(matches!(files.read("receipt", 1), Err(Error::NoKey(_))), "{text:?}");
        }
        write_new(&files.path("receipt", 1), format!("{}\n", "A".repeat(43)).as_bytes()).unwrap();
        assert!(files.read("receipt", 1).is_ok(), "the control");
    }

    #[test]
    fn an_erased_key_is_gone_from_the_disk_as_well() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        files.write("receipt", 1, &random::bytes().unwrap()).unwrap();
        // Another name of the same blocks shows what became of them.
        let witness = directory.path().join("witness");
        std::fs::hard_link(files.path("receipt", 1), &witness).unwrap();
        assert!(files.erase("receipt", 1).unwrap());
        assert!(!files.path("receipt", 1).exists());
        assert!(std::fs::read(&witness).unwrap().iter().all(|byte| *byte == 0));
        assert!(!files.erase("receipt", 1).unwrap(), "once");
    }

    #[test]
    fn a_delegation_takes_the_place_of_the_one_before() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        assert_eq!(files.delegation().unwrap(), None);
        for text in ["one", "two"] {
            files.install_delegation(text).unwrap();
            assert_eq!(files.delegation().unwrap().as_deref(), Some(text));
        }
        assert_eq!(directory.path().join("keys").read_dir().unwrap().count(), 1);
    }
}
