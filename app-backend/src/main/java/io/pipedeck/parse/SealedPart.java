package io.pipedeck.parse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.tika.exception.EncryptedDocumentException;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * How one file of an OpenDocument package is encrypted, as the package's manifest says it
 * (OpenDocument 1.2, part 3, 4.8 and 4.16): deflated, then AES in CBC or Blowfish in CFB, with a
 * key that PBKDF2 makes of the password's digest.
 *
 * @param cipher name as it stands there, as all names
 * @param startKey name of the digest of the password
 * @param keyBytes length of the key
 * @param checksumType name of the digest over the first 1,024 bytes
 * @param checksum empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SealedPart(
    String cipher,
    byte[] iv,
    String derivation,
    String startKey,
    int keyBytes,
    int iterations,
    byte[] salt,
    String checksumType,
    byte[] checksum) {
  private static final int CHECKED_BYTES = 1_024;
  private static final int MOST_ITERATIONS = 10_000_000;
  private static final int MOST_KEY_BYTES = 64;

  /** Whether it is encrypted in a way that can be undone here. */
  boolean canBeOpened() {
    return (isAes() || isBlowfish())
        && derivation.toLowerCase(Locale.ROOT).endsWith("pbkdf2")
        && iterations > 0
        && iterations <= MOST_ITERATIONS
        && keyBytes > 0
        && keyBytes <= MOST_KEY_BYTES;
  }

  private boolean isAes() {
    return cipher.endsWith("aes256-cbc")
        || cipher.endsWith("aes192-cbc")
        || cipher.endsWith("aes128-cbc");
  }

  private boolean isBlowfish() {
    return cipher.toLowerCase(Locale.ROOT).contains("blowfish");
  }

  /**
   * The plain, unpacked content.
   *
   * @throws EncryptedDocumentException if the password is a wrong one
   */
  InputStream open(InputStream sealed, String password)
      throws IOException, EncryptedDocumentException {
    try {
      var key = new SecretKeySpec(key(password), isAes() ? "AES" : "Blowfish");
      var opener = Cipher.getInstance(isAes() ? "AES/CBC/NoPadding" : "Blowfish/CFB/NoPadding");
      opener.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(iv));
      var packed = new CipherInputStream(sealed, opener);
      byte[] head = packed.readNBytes(CHECKED_BYTES + 1);
      if (!fits(head)) {
        throw new EncryptedDocumentException("wrong password");
      }
      // What pads the last block comes behind the end of what was deflated.
      return new InflaterInputStream(
          new SequenceInputStream(new ByteArrayInputStream(head), packed), new Inflater(true));
    } catch (GeneralSecurityException e) {
      throw new IOException("not encrypted as the manifest says", e);
    }
  }

  private boolean fits(byte[] head) throws GeneralSecurityException {
    if (checksum.length == 0) {
      return true;
    }
    MessageDigest digest = MessageDigest.getInstance(digestName(checksumType));
    if (Arrays.equals(checksum, digest.digest(Arrays.copyOf(head, checkedBytes(head.length))))) {
      return true;
    }
    int padding = head.length == 0 ? 0 : head[head.length - 1];
    return head.length <= CHECKED_BYTES
        && padding > 0
        && padding < head.length
        && Arrays.equals(checksum, digest.digest(Arrays.copyOf(head, head.length - padding)));
  }

  private static int checkedBytes(int length) {
    return Math.min(length, CHECKED_BYTES);
  }

  private byte[] key(String password) throws GeneralSecurityException {
    byte[] start =
        MessageDigest.getInstance(digestName(startKey))
            .digest(password.getBytes(StandardCharsets.UTF_8));
    // The one of the JDK takes words only, not bytes.
    var pbkdf2 = new PKCS5S2ParametersGenerator();
    pbkdf2.init(start, salt, iterations);
    return ((KeyParameter) pbkdf2.generateDerivedMacParameters(keyBytes * Byte.SIZE)).getKey();
  }

  private static String digestName(String name) {
    return name.toLowerCase(Locale.ROOT).contains("sha256") ? "SHA-256" : "SHA-1";
  }

  /** Without what opens it. */
  @Override
  public String toString() {
    return "SealedPart[" + cipher + ", " + derivation + "]";
  }
}
