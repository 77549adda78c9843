// @ts-check
// The files of unfinished imports, kept by the browser, so that an import goes on after a reload.

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
 * @returns {Promise<T>}
 */
async function run(mode, step) {
  const database = await open();
  try {
    return await answer(step(database.transaction(store, mode).objectStore(store)));
  } finally {
    database.close();
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
