package io.pipedeck.security;

import io.pipedeck.api.AppException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the passwords of documents at rest: AES-256-GCM with a random nonce (NIST SP 800-38D),
 * as Base64 of nonce and ciphertext. All nodes need the same key. Thread-safe.
 */
public final class Secrets {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  private Secrets(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /** A secret can't be read: it was encrypted with another key. */
  public static final class WrongKeyException extends AppException {
    WrongKeyException(Throwable cause) {
      super(
          "A document's password was encrypted with another SECRETS_KEY; all nodes need the same.",
          cause);
    }
  }

  /**
   * With the configured key, else with the one in the data folder, which is made (mode 0600) if it
   * isn't there.
   *
   * @param configured 32 bytes as Base64, or null
   * @throws IllegalArgumentException if the key is no such key
   * @throws IOException if the key file can't be read or made
   */
  public static Secrets of(@Nullable String configured, Path dataFolder) throws IOException {
    if (configured != null) {
      return new Secrets(bytes(configured, "SECRETS_KEY"));
    }
    Path file = keyFile(dataFolder);
    return new Secrets(bytes(Files.readString(file).strip(), file.toString()));
  }

  private static byte[] bytes(String key, String whose) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(key);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(whose + " must be 32 bytes as Base64", e);
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          whose + " must be 32 bytes as Base64; this one has " + bytes.length);
    }
    return bytes;
  }

  private static Path keyFile(Path dataFolder) throws IOException {
    Path file = dataFolder.resolve("secrets").resolve("secrets.key");
    Files.createDirectories(file.getParent());
    if (Files.exists(file)) {
      return file;
    }
    byte[] fresh = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(fresh);
    try {
      PrivateFiles.create(file, Base64.getEncoder().encodeToString(fresh));
    } catch (FileAlreadyExistsException _) {
      // Made by another process just now: all use that one.
    }
    return file;
  }

  /** The text, readable only with the key. */
  public String encrypt(String text) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, text.getBytes(StandardCharsets.UTF_8));
    byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
    System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
    return Base64.getEncoder().encodeToString(all);
  }

  /**
   * What {@link #encrypt} was given.
   *
   * @throws WrongKeyException if it was another key's
   */
  public String decrypt(String secret) {
    byte[] all = Base64.getDecoder().decode(secret);
    if (all.length < NONCE_BYTES) {
      throw new WrongKeyException(new GeneralSecurityException("too short for a secret"));
    }
    byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
    byte[] sealed = Arrays.copyOfRange(all, NONCE_BYTES, all.length);
    return new String(crypt(Cipher.DECRYPT_MODE, nonce, sealed), StandardCharsets.UTF_8);
  }

  private byte[] crypt(int mode, byte[] nonce, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new WrongKeyException(e);
    }
  }
}
