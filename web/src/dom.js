/**
 * The one door to Preact: every page and view imports elements, hooks and signals from here.
 */

import { h, render, Fragment } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { batch, computed, effect, signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";

/** @typedef {import("preact").ComponentChildren} Children */
/** @typedef {import("preact").JSX.IntrinsicElements} Tags */

/**
 * Describe one HTML element. Same as Preact's `h`, but the attribute names and
 * types are checked against the tag.
 *
 * @template {keyof Tags} Tag
 * @param {Tag} tag
 * @param {Tags[Tag] & { [name: `data-${string}`]: string | number | boolean | undefined }} attributes
 * @param {...Children} children
 */
export const el = (tag, attributes, ...children) =>
  h(/** @type {string} */ (tag), /** @type {any} */ (attributes), ...children);

/**
 * Join class names, leaving out what is false.
 *
 * @param {...(string | false | null | undefined)} names
 */
export const cx = (...names) => names.filter(Boolean).join(" ");

export {
  Fragment,
  batch,
  computed,
  effect,
  h,
  render,
  signal,
  useComputed,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useSignal,
  useSignalEffect,
  useState,
};
