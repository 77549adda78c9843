// @ts-check
// The files of unfinished imports, kept by the browser, so that an import goes on after a reload. A browser that keeps
// nothing (a private window, a full disk) imports all the same; after a reload the sheet asks for the file again.

const store = "files";

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open("iterate-imports", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(store);
  return answer(request);
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(files: IDBObjectStore) => IDBRequest<T>} step
 * @returns {Promise<T | undefined>}
 */
async function run(mode, step) {
  /** @type {IDBDatabase | undefined} */
  let database;
  try {
    database = await open();
    return await answer(step(database.transaction(store, mode).objectStore(store)));
  } catch (error) {
    console.warn("This browser keeps no file of an import.", error);
    return undefined;
  } finally {
    database?.close();
  }
}

/**
 * @param {string} id `imp_` id.
 * @param {File} file
 */
export const keep = (id, file) => run("readwrite", files => files.put(file, id));

/**
 * @param {string} id `imp_` id.
 * @returns {Promise<File | undefined>}
 */
export const find = id => run("readonly", files => files.get(id));

/** @param {string} id `imp_` id. */
export const forget = id => run("readwrite", files => files.delete(id));
