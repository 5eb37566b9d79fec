package io.pipedeck.parse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts OpenDocument packages as LibreOffice does with a password. */
final class SealedDocuments {
  /** Which of the ways. */
  enum Way {
    /** Since OpenDocument 1.2. */
    AES(
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        "http://www.w3.org/2000/09/xmldsig#sha256",
        "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k",
        "SHA-256",
        32),
    /** Before. */
    BLOWFISH("Blowfish CFB", "SHA1", "SHA1/1K", "SHA-1", 16);

    private final String cipher;
    private final String startKey;
    private final String checksum;
    private final String digest;
    private final int keyBytes;

    Way(String cipher, String startKey, String checksum, String digest, int keyBytes) {
      this.cipher = cipher;
      this.startKey = startKey;
      this.checksum = checksum;
      this.digest = digest;
      this.keyBytes = keyBytes;
    }
  }

  private static final int ITERATIONS = 1_000;

  private final Way way;
  private final String password;
  private final Random random = new Random(7);

  private SealedDocuments(Way way, String password) {
    this.way = way;
    this.password = password;
  }

  /** The package with its content behind a password. */
  static byte[] sealed(byte[] odf, Way way, String password) {
    try {
      return new SealedDocuments(way, password).seal(odf);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] seal(byte[] odf) throws IOException, GeneralSecurityException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    var manifest =
        new StringBuilder(
            "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>");
    try (var zip = new ZipInputStream(new ByteArrayInputStream(odf))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] plain = zip.readAllBytes();
        boolean open = entry.getName().equals("mimetype");
        if (!entry.getName().startsWith("META-INF")) {
          parts.put(entry.getName(), open ? plain : seal(entry.getName(), plain, manifest));
        }
      }
    }
    parts.put("META-INF/manifest.xml", manifest.append("</m:manifest>").toString().getBytes(UTF_8));
    return TestDocuments.zipOf(parts);
  }

  private byte[] seal(String name, byte[] plain, StringBuilder manifest)
      throws IOException, GeneralSecurityException {
    byte[] packed = deflated(plain);
    byte[] salt = bytes(16);
    byte[] iv = bytes(way == Way.AES ? 16 : 8);
    byte[] checked =
        MessageDigest.getInstance(way.digest)
            .digest(Arrays.copyOf(packed, Math.min(packed.length, 1_024)));
    manifest.append(
        """
        <m:file-entry m:full-path='%s' m:media-type='text/xml' m:size='%d'>
        <m:encryption-data m:checksum-type='%s' m:checksum='%s'>
        <m:algorithm m:algorithm-name='%s' m:initialisation-vector='%s'/>
        <m:key-derivation m:key-derivation-name='PBKDF2' m:key-size='%d' m:iteration-count='%d' m:salt='%s'/>
        <m:start-key-generation m:start-key-generation-name='%s'/>
        </m:encryption-data></m:file-entry>
        """
            .formatted(
                name,
                plain.length,
                way.checksum,
                text(checked),
                way.cipher,
                text(iv),
                way.keyBytes,
                ITERATIONS,
                text(salt),
                way.startKey));
    var key = new SecretKeySpec(key(salt), way == Way.AES ? "AES" : "Blowfish");
    var cipher =
        Cipher.getInstance(way == Way.AES ? "AES/CBC/ISO10126Padding" : "Blowfish/CFB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv));
    return cipher.doFinal(packed);
  }

  private byte[] key(byte[] salt) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA1");
    byte[] start = MessageDigest.getInstance(way.digest).digest(password.getBytes(UTF_8));
    mac.init(new SecretKeySpec(start, "HmacSHA1"));
    var key = new ByteArrayOutputStream();
    for (int block = 1; key.size() < way.keyBytes; block++) {
      byte[] next = ByteBuffer.allocate(salt.length + 4).put(salt).putInt(block).array();
      byte[] sum = new byte[mac.getMacLength()];
      for (int i = 0; i < ITERATIONS; i++) {
        next = mac.doFinal(next);
        for (int at = 0; at < sum.length; at++) {
          sum[at] ^= next[at];
        }
      }
      key.writeBytes(sum);
    }
    return Arrays.copyOf(key.toByteArray(), way.keyBytes);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] deflated(byte[] plain) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(packed, new Deflater(9, true))) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
